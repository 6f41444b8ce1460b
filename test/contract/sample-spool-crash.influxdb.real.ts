import { influxdbTarget } from '../support/crash-targets.js';
import { describeSpoolCrash } from './sample-spool-crash.contract.js';

describeSpoolCrash('InfluxDB', 30, influxdbTarget);
