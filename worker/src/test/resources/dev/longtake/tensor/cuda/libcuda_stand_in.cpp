// The part of the CUDA driver's interface that Longtake uses, for machines without one: device
// memory is host memory, work is done when it is started, and every call is written down with what
// it was given. It trusts nothing: a stream, an event, a module or a function of a context that is
// not current is refused, as are addresses that it has not given out. A test lets any call fail.
//
// Source: NVIDIA, CUDA Driver API; names with _v2 are those that its header makes of the plain ones.
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <mutex>
#include <set>
#include <string>

typedef int Result;
typedef int Device;
typedef uint64_t Address;
enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  NO_BINARY = 209,
  INVALID_PTX = 218,
  UNSUPPORTED_PTX = 222,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500
};
enum { DEVICES = 2, JIT_ERROR_LOG = 5, JIT_ERROR_LOG_SIZE = 6 };

struct Context {
  int device, retained;
};

// A stream, an event, a module or a function.
struct Thing {
  const char* kind;
  int number;
  Context* context;
};

static std::recursive_mutex lock;
static std::string record;
static std::map<std::string, int> failures, failures_once;
static Context contexts[DEVICES] = {{0, 0}, {1, 0}};
static thread_local Context* current;
static std::set<Thing*> things;
static std::map<Address, size_t> blocks;
static bool initialised;
static int numbers, version = 12060, devices = DEVICES;

static Thing* create(const char* kind) {
  Thing* thing = new Thing{kind, ++numbers, current};
  things.insert(thing);
  return thing;
}

static Result check(Thing* thing, const char* kind) {
  if (!current) {
    return INVALID_CONTEXT;
  }
  bool good = things.count(thing) && strcmp(thing->kind, kind) == 0 && thing->context == current;
  return good ? SUCCESS : INVALID_HANDLE;
}

static Result destroy(Thing* thing, const char* kind) {
  Result result = check(thing, kind);
  if (result == SUCCESS) {
    things.erase(thing);
    delete thing;
  }
  return result;
}

static bool inside(Address at, size_t bytes) {
  auto block = blocks.upper_bound(at);
  return block != blocks.begin() && at + bytes <= (--block)->first + block->second;
}

// Writes a call down; what it is to fail with, or 0.
__attribute__((format(printf, 2, 3))) static Result call(const char* name, const char* format,
                                                         ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  record += std::string(name) + text + "\n";
  auto once = failures_once.find(name);
  if (once != failures_once.end()) {
    Result result = once->second;
    failures_once.erase(once);
    return result;
  }
  auto failure = failures.find(name);
  return failure == failures.end() ? SUCCESS : failure->second;
}

#define BEGIN(name, ...)                                    \
  std::lock_guard<std::recursive_mutex> guard(lock);        \
  if (Result failed = call(name, __VA_ARGS__)) return failed
#define NEED(condition) \
  if (Result failed = (condition)) return failed
#define CURRENT NEED(current ? SUCCESS : INVALID_CONTEXT)

static int number(Thing* thing) { return things.count(thing) ? thing->number : 0; }

extern "C" {
// For tests.
const char* stand_in_record() { return record.c_str(); }
void stand_in_clear() { record.clear(); }
void stand_in_version(int now) { version = now; }
void stand_in_fail(const char* name, int code) {
  if (code) {
    failures[name] = code;
  } else {
    failures.erase(name);
  }
}
// The next call of this name fails, and none after it.
void stand_in_fail_once(const char* name, int code) { failures_once[name] = code; }
// Whether no failure waits for its call.
int stand_in_met() { return failures_once.empty(); }
void stand_in_devices(int now) { devices = now; }
// What was made and not given back.
int stand_in_alive() {
  int retained = 0;
  for (Context& context : contexts) {
    retained += context.retained;
  }
  return retained + (int)things.size();
}

Result cuInit(unsigned flags) {
  BEGIN("cuInit", " %u", flags);
  initialised = true;
  return SUCCESS;
}

Result cuDriverGetVersion(int* to) {
  BEGIN("cuDriverGetVersion", " ");
  *to = version;
  return SUCCESS;
}

Result cuDeviceGetCount(int* count) {
  BEGIN("cuDeviceGetCount", " ");
  *count = devices;
  return initialised ? SUCCESS : NOT_INITIALIZED;
}

Result cuDeviceGet(Device* device, int index) {
  BEGIN("cuDeviceGet", " %d", index);
  *device = index;
  return index >= 0 && index < DEVICES ? SUCCESS : INVALID_DEVICE;
}

Result cuDeviceGetName(char* name, int length, Device device) {
  BEGIN("cuDeviceGetName", " %d", device);
  snprintf(name, length, "NVIDIA H%d00", device + 1);
  return SUCCESS;
}

Result cuDeviceTotalMem_v2(size_t* bytes, Device device) {
  BEGIN("cuDeviceTotalMem", " %d", device);
  *bytes = 80ull << 30;
  return SUCCESS;
}

Result cuDeviceGetPCIBusId(char* text, int length, Device device) {
  BEGIN("cuDeviceGetPCIBusId", " %d", device);
  snprintf(text, length, "0000:%02d:00.0", device + 1);
  return SUCCESS;
}

Result cuDeviceGetAttribute(int* value, int attribute, Device device) {
  BEGIN("cuDeviceGetAttribute", " %d %d", attribute, device);
  *value = attribute == 16 ? 132 : attribute == 75 ? 9 : 0;
  return SUCCESS;
}

Result cuDevicePrimaryCtxRetain(Context** context, Device device) {
  BEGIN("cuDevicePrimaryCtxRetain", " %d", device);
  contexts[device].retained++;
  *context = &contexts[device];
  return SUCCESS;
}

Result cuDevicePrimaryCtxRelease_v2(Device device) {
  BEGIN("cuDevicePrimaryCtxRelease", " %d", device);
  contexts[device].retained--;
  return SUCCESS;
}

Result cuCtxSetCurrent(Context* context) {
  BEGIN("cuCtxSetCurrent", " %d", context ? context->device : -1);
  current = context;
  return SUCCESS;
}

Result cuStreamCreate(Thing** stream, unsigned flags) {
  BEGIN("cuStreamCreate", " flags %u", flags);
  CURRENT;
  *stream = create("stream");
  return SUCCESS;
}

Result cuStreamDestroy_v2(Thing* stream) {
  BEGIN("cuStreamDestroy", " %d", number(stream));
  return destroy(stream, "stream");
}

Result cuStreamSynchronize(Thing* stream) {
  BEGIN("cuStreamSynchronize", " %d", number(stream));
  return check(stream, "stream");
}

Result cuStreamQuery(Thing* stream) {
  BEGIN("cuStreamQuery", " %d", number(stream));
  return check(stream, "stream");
}

Result cuStreamWaitEvent(Thing* stream, Thing* event, unsigned flags) {
  BEGIN("cuStreamWaitEvent", " stream %d event %d flags %u", number(stream), number(event), flags);
  NEED(check(stream, "stream"));
  return check(event, "event");
}

Result cuEventCreate(Thing** event, unsigned flags) {
  BEGIN("cuEventCreate", " flags %u", flags);
  CURRENT;
  *event = create("event");
  return SUCCESS;
}

Result cuEventDestroy_v2(Thing* event) {
  BEGIN("cuEventDestroy", " %d", number(event));
  return destroy(event, "event");
}

Result cuEventRecord(Thing* event, Thing* stream) {
  BEGIN("cuEventRecord", " event %d stream %d", number(event), number(stream));
  NEED(check(stream, "stream"));
  return check(event, "event");
}

Result cuEventQuery(Thing* event) {
  BEGIN("cuEventQuery", " %d", number(event));
  return check(event, "event");
}

Result cuEventSynchronize(Thing* event) {
  BEGIN("cuEventSynchronize", " %d", number(event));
  return check(event, "event");
}

Result cuMemAlloc_v2(Address* to, size_t bytes) {
  BEGIN("cuMemAlloc", " %zu", bytes);
  CURRENT;
  *to = (Address)aligned_alloc(256, (bytes + 255) / 256 * 256);
  blocks[*to] = bytes;
  return SUCCESS;
}

Result cuMemFree_v2(Address at) {
  BEGIN("cuMemFree", " ");
  CURRENT;
  NEED(blocks.erase(at) ? SUCCESS : INVALID_VALUE);
  free((void*)at);
  return SUCCESS;
}

Result cuMemGetInfo_v2(size_t* available, size_t* total) {
  BEGIN("cuMemGetInfo", " ");
  *available = 1ull << 30;
  *total = 80ull << 30;
  return SUCCESS;
}

Result cuMemHostAlloc(void** to, size_t bytes, unsigned flags) {
  BEGIN("cuMemHostAlloc", " %zu flags %u", bytes, flags);
  CURRENT;
  *to = calloc(1, bytes);
  return SUCCESS;
}

Result cuMemFreeHost(void* at) {
  BEGIN("cuMemFreeHost", " ");
  free(at);
  return SUCCESS;
}

Result cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, Thing* stream) {
  BEGIN("cuMemcpyHtoDAsync", " %zu stream %d", bytes, number(stream));
  NEED(check(stream, "stream"));
  NEED(inside(to, bytes) ? SUCCESS : INVALID_VALUE);
  memcpy((void*)to, from, bytes);
  return SUCCESS;
}

Result cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, Thing* stream) {
  BEGIN("cuMemcpyDtoHAsync", " %zu stream %d", bytes, number(stream));
  NEED(check(stream, "stream"));
  NEED(inside(from, bytes) ? SUCCESS : INVALID_VALUE);
  memcpy(to, (const void*)from, bytes);
  return SUCCESS;
}

Result cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, Thing* stream) {
  BEGIN("cuMemcpyDtoDAsync", " %zu stream %d", bytes, number(stream));
  NEED(check(stream, "stream"));
  NEED(inside(from, bytes) && inside(to, bytes) ? SUCCESS : INVALID_VALUE);
  memcpy((void*)to, (const void*)from, bytes);
  return SUCCESS;
}

// Code says in its first word what is wrong with it.
Result cuModuleLoadDataEx(Thing** module, const void* image, unsigned count, const int* options,
                          void** values) {
  BEGIN("cuModuleLoadDataEx", " %.24s", (const char*)image);
  CURRENT;
  const char* code = (const char*)image;
  Result result = !strncmp(code, "broken", 6)  ? INVALID_IMAGE
                  : !strncmp(code, "other", 5) ? NO_BINARY
                  : !strncmp(code, "wrong", 5) ? INVALID_PTX
                  : !strncmp(code, "newer", 5) ? UNSUPPORTED_PTX
                                               : SUCCESS;
  char* log = 0;
  size_t size = 0;
  for (unsigned i = 0; i < count; i++) {
    log = options[i] == JIT_ERROR_LOG ? (char*)values[i] : log;
    size = options[i] == JIT_ERROR_LOG_SIZE ? (unsigned)(uintptr_t)values[i] : size;
  }
  if (result && log && size) {
    snprintf(log, size, "ptxas application ptx input, line 9: no such instruction\n"
             "ptxas fatal: aborted\n");
  }
  if (!result) {
    *module = create("module");
  }
  return result;
}

Result cuModuleUnload(Thing* module) {
  BEGIN("cuModuleUnload", " %d", number(module));
  return destroy(module, "module");
}

Result cuModuleGetFunction(Thing** function, Thing* module, const char* name) {
  BEGIN("cuModuleGetFunction", " %s", name);
  NEED(check(module, "module"));
  static std::map<std::pair<Thing*, std::string>, Thing> functions;
  Thing& found = functions[{module, name}];
  found = {"function", ++numbers, current};
  *function = &found;
  return strcmp(name, "absent") ? SUCCESS : NOT_FOUND;
}

// Kernels take one struct of 8-byte fields; its first words are written down.
Result cuLaunchKernel(Thing* function, unsigned gridX, unsigned gridY, unsigned gridZ,
                      unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared,
                      Thing* stream, void** parameters, void** extra) {
  const uint64_t* words = (const uint64_t*)parameters[0];
  BEGIN("cuLaunchKernel", " context %d grid %u %u %u block %u %u %u shared %u stream %d words"
        " %llu %llu %llu extra %d", current ? current->device : -1, gridX, gridY, gridZ, blockX,
        blockY, blockZ, shared, number(stream), (unsigned long long)words[0],
        (unsigned long long)words[1], (unsigned long long)words[2], extra != 0);
  NEED(check(stream, "stream"));
  return function->context == current ? SUCCESS : INVALID_HANDLE;
}

// Others than we ask it.
Result cuGetProcAddress_v2(const char*, void** function, int, uint64_t, int*) {
  *function = 0;
  return NOT_FOUND;
}
}
