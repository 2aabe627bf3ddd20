import { describeLifecycle } from "./lifecycle.ts";
import { openTiling } from "./tiling-subject.ts";
import { openToy } from "./toy-subject.ts";

describeLifecycle("tiling", openTiling);
describeLifecycle("a toy", openToy);
