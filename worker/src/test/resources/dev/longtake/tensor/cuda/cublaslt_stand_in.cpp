// The part of cuBLASLt's interface that Longtake uses, computed on the processor, for machines
// without the library. It trusts nothing: handles carry marks, dimensions and leading dimensions
// must fit each other, an algorithm is good only for the very product it was chosen for, and
// everything that was made and not destroyed is counted.
//
// Source: NVIDIA, cuBLAS documentation, "cuBLASLt API reference".
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef int Status;
enum { SUCCESS = 0, INVALID_VALUE = 7, NOT_SUPPORTED = 15 };
enum { R_32F = 0, R_16BF = 14, COMPUTE_32F = 68 };
enum { MARK_HANDLE = 0x4c54, MARK_OPERATION, MARK_LAYOUT, MARK_PREFERENCE };

struct Handle {
  int mark;
};

struct Operation {
  int mark, compute, scale, transposeA, epilogue, biasType;
  const void* bias;
};

struct Layout {
  int mark, type;
  uint64_t rows, columns;
  int64_t leading;
};

struct Preference {
  int mark;
  uint64_t workspace;
  uint32_t reductions, alignment[4];
};

struct Algorithm {
  uint64_t words[8];
};

struct Result {
  Algorithm algorithm;
  size_t workspace;
  Status state;
  float waves;
  int reserved[4];
};

extern "C" {
// What a test asks for afterwards.
int stand_in_alive, stand_in_choices, stand_in_products, stand_in_refuses;

size_t cublasLtGetVersion() { return 120605; }

Status cublasLtCreate(Handle** handle) {
  *handle = new Handle{MARK_HANDLE};
  stand_in_alive++;
  return SUCCESS;
}

Status cublasLtDestroy(Handle* handle) {
  if (handle->mark != MARK_HANDLE) return INVALID_VALUE;
  delete handle;
  stand_in_alive--;
  return SUCCESS;
}

Status cublasLtMatmulDescCreate(Operation** operation, int compute, int scale) {
  *operation = new Operation{MARK_OPERATION, compute, scale, 0, 1, -1, 0};
  stand_in_alive++;
  return SUCCESS;
}

Status cublasLtMatmulDescSetAttribute(Operation* operation, int attribute, const void* value,
                                      size_t bytes) {
  if (operation->mark != MARK_OPERATION) return INVALID_VALUE;
  int* field = attribute == 3    ? &operation->transposeA
               : attribute == 7  ? &operation->epilogue
               : attribute == 26 ? &operation->biasType
                                 : 0;
  if (field && bytes == sizeof(int)) {
    memcpy(field, value, bytes);
    return SUCCESS;
  }
  if (attribute == 8 && bytes == sizeof(void*)) {
    memcpy(&operation->bias, value, bytes);
    return SUCCESS;
  }
  return INVALID_VALUE;
}

Status cublasLtMatmulDescDestroy(Operation* operation) {
  if (operation->mark != MARK_OPERATION) return INVALID_VALUE;
  operation->mark = 0;
  delete operation;
  stand_in_alive--;
  return SUCCESS;
}

Status cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns,
                                  int64_t leading) {
  if (leading < (int64_t)rows || (type != R_32F && type != R_16BF)) return INVALID_VALUE;
  *layout = new Layout{MARK_LAYOUT, type, rows, columns, leading};
  stand_in_alive++;
  return SUCCESS;
}

Status cublasLtMatrixLayoutDestroy(Layout* layout) {
  if (layout->mark != MARK_LAYOUT) return INVALID_VALUE;
  layout->mark = 0;
  delete layout;
  stand_in_alive--;
  return SUCCESS;
}

Status cublasLtMatmulPreferenceCreate(Preference** preference) {
  *preference = new Preference{MARK_PREFERENCE, 0, 7, {256, 256, 256, 256}};
  stand_in_alive++;
  return SUCCESS;
}

Status cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute,
                                            const void* value, size_t bytes) {
  if (preference->mark != MARK_PREFERENCE) return INVALID_VALUE;
  if (attribute == 1 && bytes == sizeof(uint64_t)) {
    memcpy(&preference->workspace, value, bytes);
  } else if (attribute == 3 && bytes == sizeof(uint32_t)) {
    memcpy(&preference->reductions, value, bytes);
  } else if (attribute >= 5 && attribute <= 8 && bytes == sizeof(uint32_t)) {
    memcpy(&preference->alignment[attribute - 5], value, bytes);
  } else {
    return INVALID_VALUE;
  }
  return SUCCESS;
}

Status cublasLtMatmulPreferenceDestroy(Preference* preference) {
  if (preference->mark != MARK_PREFERENCE) return INVALID_VALUE;
  delete preference;
  stand_in_alive--;
  return SUCCESS;
}
}

static bool fits(const Operation* op, const Layout* a, const Layout* b, const Layout* c,
                 const Layout* d) {
  if (op->mark != MARK_OPERATION || a->mark != MARK_LAYOUT || b->mark != MARK_LAYOUT ||
      c->mark != MARK_LAYOUT || d->mark != MARK_LAYOUT) {
    return false;
  }
  bool types = op->compute == COMPUTE_32F && op->scale == R_32F && a->type == b->type &&
               c->type == d->type && (a->type == R_16BF || d->type == R_32F);
  bool sizes = op->transposeA == 1 && a->rows == b->rows && a->columns == d->rows &&
               b->columns == d->columns && c->rows == d->rows && c->columns == d->columns;
  bool hasBias = op->epilogue & 4;
  bool epilogue = op->epilogue == 1 || op->epilogue == 4 || op->epilogue == 32 || op->epilogue == 36;
  // The library refuses a bias of 32-bit floats beside a result of 16 bits.
  bool bias = !hasBias || (op->biasType == d->type && op->bias);
  return types && sizes && epilogue && bias;
}

// What an algorithm is good for; the bias is where it is each time.
static Algorithm chosen_for(const Operation* op, const Layout* a, const Layout* b,
                            const Layout* d) {
  return {{(uint64_t)op->epilogue, a->rows, a->columns, b->columns, (uint64_t)a->type,
           (uint64_t)d->type, (uint64_t)d->leading, 0x57a9d}};
}

static float load(const void* at, int type, uint64_t i) {
  if (type == R_32F) return ((const float*)at)[i];
  uint32_t bits = (uint32_t)((const uint16_t*)at)[i] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static void store(void* at, int type, uint64_t i, float value) {
  if (type == R_32F) {
    ((float*)at)[i] = value;
    return;
  }
  uint32_t bits;
  memcpy(&bits, &value, 4);
  ((uint16_t*)at)[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static bool aligned(const void* at, uint32_t bytes) { return at && (uintptr_t)at % bytes == 0; }

extern "C" {
Status cublasLtMatmulAlgoGetHeuristic(Handle* handle, Operation* op, Layout* a, Layout* b,
                                      Layout* c, Layout* d, Preference* preference, int wanted,
                                      Result* results, int* found) {
  if (handle->mark != MARK_HANDLE || preference->mark != MARK_PREFERENCE || wanted < 1 ||
      !fits(op, a, b, c, d)) {
    return INVALID_VALUE;
  }
  for (uint32_t alignment : preference->alignment) {
    if (alignment != 16) return INVALID_VALUE;
  }
  // Sums that are added in place, in the order of the blocks' ends, are not for us.
  if (preference->reductions & 1) return INVALID_VALUE;
  stand_in_choices++;
  *found = 0;
  if (stand_in_refuses) return NOT_SUPPORTED;
  memset(results, 0, sizeof(Result));
  results->algorithm = chosen_for(op, a, b, d);
  results->workspace = preference->workspace;
  *found = 1;
  return SUCCESS;
}

Status cublasLtMatmul(Handle* handle, Operation* op, const float* alpha, const void* aAt, Layout* a,
                      const void* bAt, Layout* b, const float* beta, const void* cAt, Layout* c,
                      void* dAt, Layout* d, const Algorithm* algorithm, void* workspace,
                      size_t workspaceBytes, void* stream) {
  Algorithm expected = {};
  if (handle->mark != MARK_HANDLE || !fits(op, a, b, c, d)) return INVALID_VALUE;
  expected = chosen_for(op, a, b, d);
  if (memcmp(&expected, algorithm, sizeof(expected)) != 0 || *alpha != 1 || *beta != 0 ||
      cAt != dAt || stream != (void*)0x57 || !aligned(aAt, 16) || !aligned(bAt, 16) ||
      !aligned(dAt, 16) || !aligned(workspace, 256)) {
    return INVALID_VALUE;
  }
  // All of the workspace is the library's while it computes.
  memset(workspace, 0x77, workspaceBytes);
  stand_in_products++;
  for (uint64_t column = 0; column < d->columns; column++) {
    for (uint64_t row = 0; row < d->rows; row++) {
      float sum = 0;
      for (uint64_t k = 0; k < a->rows; k++) {
        sum += load(aAt, a->type, row * a->leading + k) * load(bAt, b->type, column * b->leading + k);
      }
      if (op->epilogue & 4) sum += load(op->bias, op->biasType, row);
      if (op->epilogue & 32) {
        sum = 0.5f * sum * (1 + tanhf(0.7978845608f * (sum + 0.044715f * sum * sum * sum)));
      }
      store(dAt, d->type, column * d->leading + row, sum);
    }
  }
  return SUCCESS;
}
}
