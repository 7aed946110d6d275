// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Cells as one WebGL layer of MapLibre: grid indices and class bytes go to the graphics card as they are; the
// vertex shader places each corner with the polynomial of the layer's header (docs/map-data.md).

export const NO_CLASS = 255;
const NO_VALUE = 65535;
const MOST_CLASSES = 16;
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
in ivec2 a_cell;
in uint a_class;
uniform mat4 u_matrix;
uniform vec2 u_centre;
uniform float u_half;
uniform vec2 u_terms[${MOST_TERMS}];
uniform int u_degree;
flat out uint v_class;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vec2 uv = (vec2(a_cell) + corner - u_centre) / u_half;
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
  v_class = a_class;
  gl_Position = u_matrix * vec4(world, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
flat in uint v_class;
uniform vec4 u_colours[${MOST_CLASSES}];
uniform int u_patterns[${MOST_CLASSES}];
uniform vec4 u_missing;
uniform float u_pixel;
out vec4 colour;
void main() {
  vec2 at = gl_FragCoord.xy / u_pixel;
  if (v_class == ${NO_CLASS}u) {
    float stripe = mod(at.x + at.y, 7.0);
    colour = stripe < 1.6 ? vec4(0.35, 0.38, 0.42, 1.0) * u_missing.a : u_missing;
    return;
  }
  int index = int(min(v_class, ${MOST_CLASSES - 1}u));
  colour = u_colours[index];
  int pattern = u_patterns[index];
  bool ink = false;
  if (pattern == 1) ink = length(mod(at, 8.0) - 4.0) < 1.1;
  if (pattern == 2) ink = mod(at.y, 6.0) < 1.0;
  if (pattern == 3) ink = mod(at.x - at.y, 7.0) < 1.6;
  if (ink) colour = vec4(colour.rgb * 0.62, colour.a);
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

/** The custom layer that MapLibre draws; `cells` is what `decodeCells` gave. */
export class CellsLayer {
  constructor(id, cells, opacity = 0.92) {
    this.id = id;
    this.type = "custom";
    this.renderingMode = "2d";
    this.cells = cells;
    this.opacity = opacity;
    this.drawn = false;
  }

  onAdd(map, gl) {
    const program = gl.createProgram();
    gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    this.program = program;
    this.at = (name) => gl.getUniformLocation(program, name);
    const { gx, gy, classes, header } = this.cells;
    const indices = new Int16Array(gx.length * 2);
    for (let i = 0; i < gx.length; i += 1) {
      indices[2 * i] = gx[i] - header.start[0];
      indices[2 * i + 1] = gy[i] - header.start[1];
    }
    this.vertexArray = gl.createVertexArray();
    gl.bindVertexArray(this.vertexArray);
    this.buffers = [this.attribute(gl, "a_cell", indices, 2, gl.SHORT), this.attribute(gl, "a_class", classes, 1, gl.UNSIGNED_BYTE)];
    gl.bindVertexArray(null);
  }

  attribute(gl, name, data, size, type) {
    const buffer = gl.createBuffer();
    const location = gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribIPointer(location, size, type, 0, 0);
    gl.vertexAttribDivisor(location, 1);
    return buffer;
  }

  uniforms(gl, matrix) {
    const { header } = this.cells;
    const terms = header.cx.flatMap((x, i) => [x, header.cy[i]]);
    const colours = Array.from({ length: MOST_CLASSES }, (_, i) => rgba(header.classes[i]?.colour ?? "#000000", this.opacity));
    const patterns = Array.from({ length: MOST_CLASSES }, (_, i) => header.classes[i]?.pattern ?? 0);
    gl.uniformMatrix4fv(this.at("u_matrix"), false, moved(matrix, header.origin[0], header.origin[1]));
    gl.uniform2f(this.at("u_centre"), header.centre[0] - header.start[0], header.centre[1] - header.start[1]);
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
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.cells.gx.length);
    gl.bindVertexArray(null);
    this.drawn = true;
  }

  onRemove(map, gl) {
    this.buffers.forEach((buffer) => gl.deleteBuffer(buffer));
    gl.deleteVertexArray(this.vertexArray);
    gl.deleteProgram(this.program);
  }
}
