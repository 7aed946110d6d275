// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Cells as one WebGL layer of MapLibre: the class bytes are a texture, one texel a cell, drawn over a coarse mesh of
// the grid whose corners the vertex shader places with the polynomial of the layer's header (docs/map-data.md).

export const NO_CLASS = 255;
const NO_VALUE = 65535;
/** A cell of this class is not drawn at all. */
export const OUTSIDE = 254;
const MOST_CLASSES = 16;
// Cells along the side of one facet of the mesh; inside a facet places are interpolated (error: centimetres).
const FACET = 8;
const MOST_TERMS = 15;

/** Read one layer of cells from its bytes; throws when they are not a whole layer. */
export function decodeCells(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 12 || view.getUint32(0) !== 0x41554d43 || view.getUint16(4, true) !== 1) {
    throw new Error("not a layer of cells of version 1");
  }
  const length = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 12, length)));
  const count = header.count;
  const at = 12 + length;
  if (buffer.byteLength !== at + 7 * count) throw new Error("layer of cells cut short");
  const gxSteps = new Int16Array(buffer, at, count);
  const gySteps = new Int16Array(buffer, at + 2 * count, count);
  const gx = new Int32Array(count);
  const gy = new Int32Array(count);
  let x = header.start[0];
  let y = header.start[1];
  for (let i = 0; i < count; i += 1) {
    x += gxSteps[i];
    y += gySteps[i];
    gx[i] = x;
    gy[i] = y;
  }
  const sent = new Uint16Array(buffer, at + 4 * count, count);
  const classes = new Uint8Array(buffer, at + 6 * count, count);
  return { header, gx, gy, sent, classes };
}

/** Value of the cell at a position in the layer; null where it is missing. */
export function valueOf(cells, index) {
  const sent = cells.sent[index];
  return sent === NO_VALUE ? null : sent * cells.header.step + cells.header.offset;
}

/** World coordinates (web Mercator, 0 to 1) of a grid position, and their slopes along gx and gy. */
export function place(header, gx, gy) {
  const u = (gx - header.centre[0]) / header.half;
  const v = (gy - header.centre[1]) / header.half;
  let [x, y] = header.origin;
  const slope = [0, 0, 0, 0];
  let term = 0;
  for (let total = 0; total <= header.degree; total += 1) {
    for (let q = 0; q <= total; q += 1) {
      const p = total - q;
      const value = u ** p * v ** q;
      const du = p ? p * u ** (p - 1) * v ** q : 0;
      const dv = q ? q * u ** p * v ** (q - 1) : 0;
      x += header.cx[term] * value;
      y += header.cy[term] * value;
      slope[0] += (header.cx[term] * du) / header.half;
      slope[1] += (header.cx[term] * dv) / header.half;
      slope[2] += (header.cy[term] * du) / header.half;
      slope[3] += (header.cy[term] * dv) / header.half;
      term += 1;
    }
  }
  return { x, y, slope };
}

/** Position in the layer of the cell under a point of the world square; -1 outside all cells. */
export function cellAt(cells, worldX, worldY) {
  let gx = cells.header.centre[0];
  let gy = cells.header.centre[1];
  for (let step = 0; step < 6; step += 1) {
    const { x, y, slope } = place(cells.header, gx, gy);
    const determinant = slope[0] * slope[3] - slope[1] * slope[2];
    if (!determinant) return -1;
    const dx = worldX - x;
    const dy = worldY - y;
    gx += (slope[3] * dx - slope[1] * dy) / determinant;
    gy += (slope[0] * dy - slope[2] * dx) / determinant;
  }
  return indexOf(cells, Math.floor(gx), Math.floor(gy));
}

/** Position of a cell by its indices (binary search: cells are sorted by gy, then gx); -1 when absent. */
export function indexOf(cells, gx, gy) {
  let low = 0;
  let high = cells.gx.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = cells.gy[middle] - gy || cells.gx[middle] - gx;
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const VERTEX = `#version 300 es
precision highp float;
in ivec2 a_grid;
uniform mat4 u_matrix;
uniform vec2 u_centre;
uniform float u_half;
uniform vec2 u_terms[${MOST_TERMS}];
uniform int u_degree;
out vec2 v_grid;
void main() {
  vec2 uv = (vec2(a_grid) - u_centre) / u_half;
  vec2 world = vec2(0.0);
  int term = 0;
  for (int total = 0; total <= u_degree; total++) {
    for (int q = 0; q <= total; q++) {
      float value = 1.0;
      for (int i = 0; i < total - q; i++) value *= uv.x;
      for (int i = 0; i < q; i++) value *= uv.y;
      world += u_terms[term] * value;
      term++;
    }
  }
  v_grid = vec2(a_grid);
  gl_Position = u_matrix * vec4(world, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp usampler2D;
in vec2 v_grid;
uniform usampler2D u_classes;
uniform vec4 u_colours[${MOST_CLASSES}];
uniform int u_patterns[${MOST_CLASSES}];
uniform vec4 u_missing;
uniform float u_pixel;
out vec4 colour;
void main() {
  ivec2 cell = clamp(ivec2(floor(v_grid)), ivec2(0), textureSize(u_classes, 0) - 1);
  uint klass = texelFetch(u_classes, cell, 0).r;
  if (klass == ${OUTSIDE}u) discard;
  vec2 at = gl_FragCoord.xy / u_pixel;
  if (klass == ${NO_CLASS}u) {
    float stripe = mod(at.x + at.y, 7.0);
    colour = stripe < 1.6 ? vec4(0.35, 0.38, 0.42, 1.0) * u_missing.a : u_missing;
    return;
  }
  int index = int(min(klass, ${MOST_CLASSES - 1}u));
  colour = u_colours[index];
  int pattern = u_patterns[index];
  bool ink = false;
  if (pattern == 1) ink = length(mod(at, 8.0) - 4.0) < 1.1;
  if (pattern == 2) ink = mod(at.y, 6.0) < 1.0;
  if (pattern == 3) ink = mod(at.x - at.y, 7.0) < 1.6;
  if (ink) colour = vec4(colour.rgb * 0.62, colour.a);
}`;

// The same without what has no value and without patterns: for cells that change many times a second.
const FRAGMENT_PLAIN = `#version 300 es
precision highp float;
precision highp usampler2D;
in vec2 v_grid;
uniform usampler2D u_classes;
uniform vec4 u_colours[${MOST_CLASSES}];
out vec4 colour;
void main() {
  ivec2 cell = clamp(ivec2(floor(v_grid)), ivec2(0), textureSize(u_classes, 0) - 1);
  uint klass = texelFetch(u_classes, cell, 0).r;
  if (klass == ${OUTSIDE}u) discard;
  colour = u_colours[int(min(klass, ${MOST_CLASSES - 1}u))];
}`;

function compile(gl, kind, source) {
  const shader = gl.createShader(kind);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
  return shader;
}

function rgba(hex, opacity) {
  const channel = (at) => (parseInt(hex.slice(at, at + 2), 16) / 255) * opacity;
  return [channel(1), channel(3), channel(5), opacity];
}

/** A matrix (column by column) that first moves by (x, y): kept in doubles so that deep zooms do not tremble. */
function moved(matrix, x, y) {
  const result = Array.from(matrix, Number);
  for (let row = 0; row < 4; row += 1) {
    result[12 + row] = matrix[row] * x + matrix[4 + row] * y + matrix[12 + row];
  }
  return new Float32Array(result);
}

/** The block of the grid that holds all cells: its first indices and how many cells it is wide and tall. */
function extent({ gx, gy }) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < gx.length; i += 1) {
    west = Math.min(west, gx[i]);
    east = Math.max(east, gx[i]);
    south = Math.min(south, gy[i]);
    north = Math.max(north, gy[i]);
  }
  return { west, south, wide: east - west + 1, tall: north - south + 1 };
}

/** Two triangles for every facet of the block, as grid positions counted from its south-west corner. */
function mesh(wide, tall) {
  const points = [];
  for (let y = 0; y < tall; y += FACET) {
    for (let x = 0; x < wide; x += FACET) {
      const [x1, y1] = [Math.min(x + FACET, wide), Math.min(y + FACET, tall)];
      points.push(x, y, x1, y, x, y1, x1, y, x1, y1, x, y1);
    }
  }
  return new Int16Array(points);
}

/** Bytes are uploaded as they lie, row by row from the south. */
function unpacked(gl) {
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
}

/** The custom layer that MapLibre draws; `cells` is what `decodeCells` gave, `plain` draws colours alone. */
export class CellsLayer {
  constructor(id, cells, opacity = 0.92, plain = false) {
    this.id = id;
    this.type = "custom";
    this.renderingMode = "2d";
    this.cells = cells;
    this.opacity = opacity;
    this.plain = plain;
    this.drawn = false;
  }

  onAdd(map, gl) {
    const program = gl.createProgram();
    gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, this.plain ? FRAGMENT_PLAIN : FRAGMENT));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    this.program = program;
    this.at = (name) => gl.getUniformLocation(program, name);
    this.grid = extent(this.cells);
    this.texture = this.upload(gl);
    const points = mesh(this.grid.wide, this.grid.tall);
    this.corners = points.length / 2;
    this.vertexArray = gl.createVertexArray();
    gl.bindVertexArray(this.vertexArray);
    this.buffer = gl.createBuffer();
    const location = gl.getAttribLocation(program, "a_grid");
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, points, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribIPointer(location, 2, gl.SHORT, 0, 0);
    gl.bindVertexArray(null);
  }

  /** Show other classes (one byte a cell, OUTSIDE draws nothing) from the next frame on: only the texture changes. */
  replace(classes) {
    this.cells.classes = classes;
    this.stale = true;
  }

  /** Class bytes of the block with the south-west cell first; what lies outside all cells is not drawn. */
  texels() {
    const { gx, gy, classes } = this.cells;
    const { west, south, wide, tall } = this.grid;
    if (!this.bytes) {
      this.bytes = new Uint8Array(wide * tall).fill(OUTSIDE);
      this.spots = new Int32Array(gx.length);
      for (let i = 0; i < gx.length; i += 1) this.spots[i] = (gy[i] - south) * wide + gx[i] - west;
    }
    for (let i = 0; i < classes.length; i += 1) this.bytes[this.spots[i]] = classes[i];
    return this.bytes;
  }

  /** Uploads the classes anew into the texture that is there. */
  refresh(gl) {
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    unpacked(gl);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, this.grid.wide, this.grid.tall, gl.RED_INTEGER, gl.UNSIGNED_BYTE, this.texels());
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    this.stale = false;
  }

  /** Class bytes as a texture. */
  upload(gl) {
    const { wide, tall } = this.grid;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    unpacked(gl);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, wide, tall, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, this.texels());
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.bindTexture(gl.TEXTURE_2D, null);
    return texture;
  }

  uniforms(gl, matrix) {
    const { header } = this.cells;
    const terms = header.cx.flatMap((x, i) => [x, header.cy[i]]);
    const colours = Array.from({ length: MOST_CLASSES }, (_, i) => rgba(header.classes[i]?.colour ?? "#000000", this.opacity));
    const patterns = Array.from({ length: MOST_CLASSES }, (_, i) => header.classes[i]?.pattern ?? 0);
    gl.uniformMatrix4fv(this.at("u_matrix"), false, moved(matrix, header.origin[0], header.origin[1]));
    gl.uniform2f(this.at("u_centre"), header.centre[0] - this.grid.west, header.centre[1] - this.grid.south);
    gl.uniform1f(this.at("u_half"), header.half);
    gl.uniform2fv(this.at("u_terms"), new Float32Array(terms));
    gl.uniform1i(this.at("u_degree"), header.degree);
    gl.uniform4fv(this.at("u_colours"), new Float32Array(colours.flat()));
    gl.uniform1iv(this.at("u_patterns"), new Int32Array(patterns));
    gl.uniform4fv(this.at("u_missing"), new Float32Array(rgba(header.missing, this.opacity)));
    gl.uniform1f(this.at("u_pixel"), window.devicePixelRatio || 1);
  }

  render(gl, options) {
    gl.useProgram(this.program);
    gl.bindVertexArray(this.vertexArray);
    this.uniforms(gl, options.defaultProjectionData.mainMatrix);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.activeTexture(gl.TEXTURE0);
    if (this.stale) this.refresh(gl);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.uniform1i(this.at("u_classes"), 0);
    gl.drawArrays(gl.TRIANGLES, 0, this.corners);
    gl.bindTexture(gl.TEXTURE_2D, null);
    gl.bindVertexArray(null);
    this.drawn = true;
  }

  onRemove(map, gl) {
    gl.deleteBuffer(this.buffer);
    gl.deleteTexture(this.texture);
    gl.deleteVertexArray(this.vertexArray);
    gl.deleteProgram(this.program);
  }
}
