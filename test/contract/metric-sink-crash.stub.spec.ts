import { stubTarget } from '../support/crash-targets.js';
import { describeSinkCrash } from './metric-sink-crash.contract.js';

describeSinkCrash('a loopback InfluxDB', 'store', 1, stubTarget);
