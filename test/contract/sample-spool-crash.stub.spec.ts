import { stubTarget } from '../support/crash-targets.js';
import { describeSpoolCrash } from './sample-spool-crash.contract.js';

describeSpoolCrash('a loopback InfluxDB', 1, stubTarget);
