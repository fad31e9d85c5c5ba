// The activation functions that only some networks have, in the second module: the first calls them by the table that the
// modules share (activations.ts). Lecture, section 2, and docs/layers.md for the formulas.
import {
  CELU, ELU, EXP, GELU, GELU_TANH, HARD_SIGMOID, HARD_SWISH, HARD_TANH, LOG, MISH, RELU6, SELU, SILU, SOFTPLUS, SOFTSIGN,
} from './generated/activations';
import { loadPart, storePart } from './lanes';
import {
  elu4, gelu4, geluDerivative4, geluTanh4, geluTanhDerivative4, mish4, mishDerivative4, silu4, siluDerivative4,
} from './linear-units';
import { exp4, expm1F64, highHalf, joinHalves, log4, lowHalf, sigmoid4, softplus4 } from './math';

// Klambauer et al., "Self-normalizing neural networks", 2017.
// @ts-ignore: decorator
@inline
const SELU_SCALE: f64 = 1.0507009873554805;
// @ts-ignore: decorator
@inline
const SELU_ALPHA: f64 = 1.6732632423543772;

/** min(max(x + 3, 0), 6) / 6. */
function hardSigmoid4(x: v128): v128 {
  const raised = f32x4.max(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0));
  return f32x4.div(f32x4.min(raised, f32x4.splat(6)), f32x4.splat(6));
}

function celuF64(x: v128, alpha: f64): v128 {
  const zero = f64x2.splat(0);
  const negative = f64x2.pmax(f64x2.pmin(f64x2.div(x, f64x2.splat(alpha)), zero), f64x2.splat(-110));
  return f64x2.add(f64x2.pmax(x, zero), f64x2.mul(f64x2.splat(alpha), expm1F64(negative)));
}

/** max(x, 0) + min(alpha·(exp(x / alpha) − 1), 0), as near as linear-units.ts computes. */
function celu4(x: v128, alpha: f64): v128 {
  return joinHalves(celuF64(lowHalf(x), alpha), celuF64(highHalf(x), alpha));
}

/** h(x): the choice is made anew for each vector, which takes far less time than what was chosen. */
function curve4(kind: i32, x: v128, slope: v128): v128 {
  switch (kind) {
    case SOFTPLUS: return softplus4(x);
    case ELU: return elu4(x, 1, <f64>f32x4.extract_lane(slope, 0));
    case SELU: return elu4(x, SELU_SCALE, SELU_ALPHA);
    case GELU: return gelu4(x);
    case GELU_TANH: return geluTanh4(x);
    case SILU: return silu4(x);
    case HARD_SIGMOID: return hardSigmoid4(x);
    case HARD_TANH: return f32x4.min(f32x4.max(x, f32x4.splat(-1)), f32x4.splat(1));
    case SOFTSIGN: {
      // The largest float stands for ∞, of which ∞ / ∞ is not to be taken.
      const a = f32x4.pmin(f32x4.abs(x), f32x4.splat(f32.MAX_VALUE));
      const y = f32x4.div(a, f32x4.add(f32x4.splat(1), a));
      return v128.or(y, v128.and(x, f32x4.splat(-0.0)));
    }
    case RELU6: return f32x4.min(f32x4.max(x, f32x4.splat(0)), f32x4.splat(6));
    // −3 stands for all below, of which −∞ · 0 is not to be taken.
    case HARD_SWISH: return f32x4.mul(f32x4.max(x, f32x4.splat(-3)), hardSigmoid4(x));
    case MISH: return mish4(x);
    case CELU: return celu4(x, <f64>f32x4.extract_lane(slope, 0));
    case EXP: return exp4(x);
    case LOG: return log4(x);
  }
  return x;
}

/** y ← h(x): `activation` for the kinds of this file. */
export function curve(kind: i32, x: usize, y: usize, n: i32, slope: f32): void {
  const s = f32x4.splat(slope);
  for (; n > 0; n -= 4, x += 16, y += 16) storePart(y, curve4(kind, loadPart(x, n, 1), s), n);
}

/** h′(x), where y = h(x). */
function curveDerivative4(kind: i32, x: v128, y: v128, slope: v128): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  switch (kind) {
    case SOFTPLUS: return sigmoid4(x);
    // alpha·exp(x) = y + alpha.
    case ELU: return v128.bitselect(one, f32x4.add(y, slope), f32x4.gt(y, zero));
    case SELU: {
      const curved = f32x4.add(y, f32x4.splat(<f32>(SELU_SCALE * SELU_ALPHA)));
      return v128.bitselect(f32x4.splat(<f32>SELU_SCALE), curved, f32x4.gt(y, zero));
    }
    case GELU: return geluDerivative4(x);
    case GELU_TANH: return geluTanhDerivative4(x);
    case SILU: return siluDerivative4(x);
    case HARD_SIGMOID: {
      const inside = v128.and(f32x4.gt(y, zero), f32x4.lt(y, one));
      return v128.and(inside, f32x4.splat(1.0 / 6));
    }
    case HARD_TANH: return v128.and(one, f32x4.lt(f32x4.abs(y), one));
    case RELU6: return v128.and(one, v128.and(f32x4.gt(y, zero), f32x4.lt(y, f32x4.splat(6))));
    case HARD_SWISH: {
      const inside = f32x4.div(f32x4.add(f32x4.add(x, x), f32x4.splat(3)), f32x4.splat(6));
      const below = v128.and(inside, f32x4.gt(x, f32x4.splat(-3)));
      return v128.bitselect(one, below, f32x4.ge(x, f32x4.splat(3)));
    }
    case MISH: return mishDerivative4(x);
    // exp(x / alpha) = y / alpha + 1.
    case CELU: return v128.bitselect(one, f32x4.add(f32x4.div(y, slope), one), f32x4.gt(y, zero));
    case SOFTSIGN: {
      const rest = f32x4.sub(one, f32x4.abs(y)); // 1 / (1 + |x|)
      return f32x4.mul(rest, rest);
    }
  }
  return one;
}

/** dx ← dy · h′(x): `activationGradient` for the kinds of this file. */
export function curveGradient(
  kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32,
): void {
  const s = f32x4.splat(slope);
  for (; n > 0; n -= 4, x += 16, y += 16, dy += 16, dx += 16) {
    const derivative = curveDerivative4(kind, loadPart(x, n), loadPart(y, n), s);
    storePart(dx, f32x4.mul(loadPart(dy, n), derivative), n);
  }
}
