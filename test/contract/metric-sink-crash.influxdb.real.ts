import { influxdbTarget } from '../support/crash-targets.js';
import { describeSinkCrash } from './metric-sink-crash.contract.js';

describeSinkCrash('InfluxDB', 30, influxdbTarget);
