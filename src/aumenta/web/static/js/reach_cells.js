// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Cells on a canvas of their own below the map: while a pin is dragged only they change, and borders and names above
// need not be drawn anew. A layer of the map that draws nothing tells where the map looks. Where drawing is slow (no
// graphics card), what is dragged is drawn with half as many points each way, and sharp again when it rests.

import { CellsLayer } from "./map_cells.js";

// Milliseconds between two frames beyond which drawing is slow.
const SLOW = 70;

export class CellsCanvas {
  constructor(cells) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "reach-cells";
    this.canvas.setAttribute("aria-hidden", "true");
    const attributes = { alpha: false, antialias: false, depth: false, stencil: false };
    this.gl = this.canvas.getContext("webgl2", attributes);
    if (!this.gl) throw new Error("no WebGL");
    this.layer = new CellsLayer("cells", cells, 1, true);
    this.layer.onAdd(null, this.gl);
    this.matrix = null;
    this.size = { width: 300, height: 150 };
    this.scale = 1;
    this.frame = 0;
    this.drawn = []; // when classes were shown, for whoever measures
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.layer.bytes = null;
      this.layer.onAdd(null, this.gl);
      this.draw();
    });
  }

  /** The layer that follows the map's view. */
  follower() {
    return {
      id: "cells-view",
      type: "custom",
      renderingMode: "2d",
      render: (gl, options) => {
        this.matrix = options.defaultProjectionData.mainMatrix;
        this.size = { width: gl.canvas.width, height: gl.canvas.height };
        this.draw();
      },
    };
  }

  /** Show classes at the next frame of the screen. */
  show(classes) {
    this.layer.replace(classes);
    this.frame ||= window.requestAnimationFrame(() => this.draw());
  }

  /** From now on something is dragged, or nothing is any more. */
  drag(on) {
    this.dragged = on;
    if (!on && this.scale !== 1) {
      this.scale = 1;
      this.draw();
    }
  }

  draw() {
    window.cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.matrix) return;
    const { gl, layer } = this;
    const [width, height] = [this.size.width, this.size.height].map((side) => Math.ceil(side * this.scale));
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.clearColor(1, 1, 1, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const fresh = layer.stale;
    layer.render(gl, { defaultProjectionData: { mainMatrix: this.matrix } });
    if (fresh) this.count();
  }
  /** Keeps when classes were drawn; several slow frames in a row make the drawing coarser. */
  count() {
    this.drawn.push(performance.now());
    if (this.drawn.length > 1000) this.drawn.shift();
    const [before, now] = [this.drawn.at(-5), this.drawn.at(-1)];
    if (this.dragged && now - before > 4 * SLOW && now - before < 40 * SLOW) this.scale = 0.5;
  }
}
