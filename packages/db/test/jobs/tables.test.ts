import { domainNames, jobDomains } from "@tilewright/core";
import { expect, test } from "vitest";
import { jobTables, tables } from "../../src/job-tables.ts";

// That a line is missing, the compiler says; not that it names another domain's table.

test.each(domainNames)("the table of %s is its own", (domain) => {
  expect(jobTables[domain].place).toBe(jobDomains[domain]);
});

test.each(["jobs", "events", "workers", "queue"] as const)("no two domains share their %s", (name) => {
  const all = tables.map(({ names }) => names[name]);
  expect(new Set(all).size).toBe(all.length);
});
