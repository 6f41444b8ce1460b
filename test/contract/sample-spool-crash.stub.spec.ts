import { stubTarget } from '../support/crash-targets.js';
import { describeSpoolCrash } from './sample-spool-crash.contract.js';

describeSpoolCrash('a loopback InfluxDB', 2, stubTarget);
