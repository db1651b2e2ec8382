// A training: moments that can be gone through, and steps from any of them on.
//
// `FORWARD`, `SLOPES` and `UPDATE` are compiled from the network's own layers, loss and optimizer. Of
// weights, inputs and targets of one sample, FORWARD gives [[loss, ...units]], and SLOPES [[loss, ...units],
// gradient]. Of a weight, its gradient, what is remembered of it, and [rate, steps], UPDATE gives [[weight], memory].

const MOST_MOMENTS = 600;

class Training {
  constructor({ x, y, moments, memorySize, rate, batchSize, shuffle, fixed }) {
    Object.assign(this, { x, y, memorySize, rate, batchSize, shuffle });
    this.fixed = new Set(fixed); // weights that no step moves
    this.moments = moments.map((moment) => ({ sample: 0, ...moment }));
    this.at = this.moments.length - 1;
  }

  get now() { return this.moments[this.at]; }

  // The loss of all samples, their mean; as `evaluate` gives it.
  loss(weights = this.now.weights) {
    let sum = 0;
    this.x.forEach((x, k) => { sum += FORWARD(weights, x, this.y[k])[0][0]; });
    return sum / this.x.length;
  }

  // The gradient of the mean loss of some samples.
  gradient(samples, weights = this.now.weights) {
    const sums = new Float64Array(weights.length);
    for (const k of samples) {
      const [, gradient] = SLOPES(weights, this.x[k], this.y[k]);
      gradient.forEach((slope, i) => { sums[i] += slope; });
    }
    return Array.from(sums, (sum) => sum / samples.length);
  }

  // The gradient of each sample's loss.
  slopes(weights = this.now.weights) {
    return this.x.map((x, k) => SLOPES(weights, x, this.y[k])[1]);
  }

  // The first moment anew, on other data.
  restart(x, y) {
    Object.assign(this, { x, y, at: 0, moments: [{ ...this.moments[0], known: undefined, flow: undefined }] });
  }

  // The samples of an epoch in their order; a shuffled one is drawn anew for each epoch, always the same.
  order(epoch) {
    const order = [...this.x.keys()];
    if (!this.shuffle) return order;
    const draw = randomFrom(epoch + 1);
    for (let k = order.length - 1; k > 0; k -= 1) {
      const other = Math.floor(draw() * (k + 1));
      [order[k], order[other]] = [order[other], order[k]];
    }
    return order;
  }

  // One step on the next samples of the epoch. What came after this moment is dropped.
  step(count) {
    this.moments.splice(this.at + 1, Infinity, this.after(this.now, count));
    this.at += 1;
    this.thin();
  }

  // Steps to the end of the epoch.
  epoch() {
    let moment = this.now;
    do moment = this.after(moment, this.batchSize); while (moment.sample > 0);
    this.moments.splice(this.at + 1, Infinity, moment);
    this.at += 1;
    this.thin();
  }

  after({ epoch, sample, weights, memory, steps }, count) {
    const order = this.order(epoch);
    const end = Math.min(sample + count, order.length);
    const gradient = this.gradient(order.slice(sample, end), weights);
    const settings = [this.rate, steps + 1];
    const size = this.memorySize;
    const moved = weights.map((weight, i) => {
      const kept = memory.slice(i * size, (i + 1) * size);
      return this.fixed.has(i) ? [[weight], kept] : UPDATE([weight], [gradient[i]], kept, settings);
    });
    return {
      epoch: end < order.length ? epoch : epoch + 1,
      sample: end < order.length ? end : 0,
      weights: moved.map(([[weight]]) => weight),
      memory: moved.flatMap(([, kept]) => kept),
      steps: steps + 1,
    };
  }

  // Every other moment goes where there are too many, but for the first and the last.
  thin() {
    if (this.moments.length <= MOST_MOMENTS) return;
    this.moments = this.moments.filter((_, k) => k % 2 === 0 || k === this.moments.length - 1);
    this.at = this.moments.length - 1;
  }
}

// Numbers from 0 to 1, by chance but the same for the same seed: mulberry32.
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
