// The table of 13 rules that bench_policy.cpp decides in batches, as JSON logic, on the same records:
// interpreted, and compiled to JavaScript by json-logic-engine. Prints nanoseconds a decision, best of
// five after two rounds that warm up, and a hash of all outcomes, as JSON.
//
// The package is looked for beside the working folder and in NODE_PATH; exits with 3 without it.
import { createRequire } from "node:module";
import { join } from "node:path";

let engine_of;
try {
  engine_of = createRequire(join(process.cwd(), "x.js"))("json-logic-engine");
} catch {
  console.error("json_logic.mjs: json-logic-engine is not installed");
  process.exit(3);
}

const mask = (1n << 64n) - 1n;
const codes = { DECLINE: 0n, HIGH: 1n, MEDIUM: 2n, LOW: 3n, "VERY LOW": 4n };

function* splitmix64(state) {
  for (;;) {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    yield z ^ (z >> 31n);
  }
}

const value = (name) => ({ var: name });
const existing = { "==": [value("existing"), true] };
const absent = { "==": [value("existing"), false] };
const a = value("application");
const c = value("credit");
// The rules one by one, each as its row says it.
const rules = [
  [[absent, { "<": [a, 120] }, { "<": [c, 590] }], "HIGH"],
  [[absent, { "<": [a, 120] }, { "<=": [590, c, 610] }], "MEDIUM"],
  [[absent, { "<": [a, 120] }, { ">": [c, 610] }], "LOW"],
  [[absent, { "<=": [120, a, 130] }, { "<": [c, 600] }], "HIGH"],
  [[absent, { "<=": [120, a, 130] }, { "<=": [600, c, 625] }], "MEDIUM"],
  [[absent, { "<=": [120, a, 130] }, { ">": [c, 625] }], "LOW"],
  [[absent, { ">": [a, 130] }], "VERY LOW"],
  [[existing, { "<=": [a, 100] }, { "<": [c, 580] }], "HIGH"],
  [[existing, { "<=": [a, 100] }, { "<=": [580, c, 600] }], "MEDIUM"],
  [[existing, { "<=": [a, 100] }, { ">": [c, 600] }], "LOW"],
  [[existing, { ">": [a, 100] }, { "<": [c, 590] }], "HIGH"],
  [[existing, { ">": [a, 100] }, { "<=": [590, c, 615] }], "MEDIUM"],
  [[existing, { ">": [a, 100] }, { ">": [c, 615] }], "LOW"],
];
const logic = { if: [...rules.flatMap(([tests, category]) => [{ and: tests }, category]), null] };

const random = splitmix64(2025n);
const next = (n) => Number(random.next().value % n);
const records = [];
for (let k = 0; k !== 200_000; ++k) {
  const first = next(2n) === 1;
  const second = 60 + next(201n) / 2;
  records.push({ existing: first, application: second, credit: 540 + next(241n) / 2 });
}

function best_of(times, decide) {
  let best = Infinity;
  let said;
  for (let k = 0; k !== times + 2; ++k) {
    const begin = process.cpuUsage();
    said = records.map(decide);
    const spent = process.cpuUsage(begin);
    if (k >= 2) best = Math.min(best, spent.user + spent.system);
  }
  return [(best * 1000) / records.length, said];
}

function hash_of(outcomes) {
  let h = 0xcbf29ce484222325n;
  for (const outcome of outcomes) h = ((h ^ codes[outcome]) * 0x100000001b3n) & mask;
  return String(h);
}

const engine = new engine_of.LogicEngine();
const compiled = engine.build(logic);
const [built, said] = best_of(5, (r) => compiled(r));
const [interpreted, said_slowly] = best_of(5, (r) => engine.run(logic, r));
if (hash_of(said) !== hash_of(said_slowly)) throw new Error("two ways, two answers");
console.log(JSON.stringify({ compiled: built, interpreted, hash: hash_of(said) }));
