import { influxdbTarget } from '../support/crash-targets.js';
import { describeSinkCrash } from './metric-sink-crash.contract.js';

describeSinkCrash('InfluxDB', 'store', 30, influxdbTarget);
describeSinkCrash('InfluxDB', 'records', 30, influxdbTarget);
