import { openAnalysis } from "./analysis-subject.ts";
import { describeLifecycle } from "./lifecycle.ts";
import { openTiling } from "./tiling-subject.ts";
import { openToy } from "./toy-subject.ts";

describeLifecycle("tiling", openTiling);
describeLifecycle("analysis", openAnalysis);
describeLifecycle("a toy", openToy);
