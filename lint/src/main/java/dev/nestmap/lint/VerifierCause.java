/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cause of errors whose words have several causes, each with another remedy, in the log before the error. {@link VerifierAdvice}
 * has the remedies of the other errors ({@code kernel/bpf/verifier.c}, Linux 6.18).
 *
 * @param error the lines of the error
 */
record VerifierCause(VerifierLog log, List<String> error) {
    /** {@code __check_mem_access}. */
    private static final Pattern ACCESS =
            Pattern.compile("invalid access to (map value|map key|memory), \\w+_size=(\\d+) off=(-?\\d+) size=(\\d+)");

    /** Even the lowest offset is outside ({@code check_mem_region_access}); if only the highest one is, an index needs a bound. */
    private static final Pattern LOWEST_OUTSIDE = Pattern.compile("R(\\d+) min value is outside");

    /** {@code check_stack_access_within_bounds}. Bytes that are not set are written {@code off -8+0}. */
    private static final Pattern BEYOND_STACK = Pattern.compile("stack R\\d+ off=(-?\\d+) size=(\\d+)");

    private static final Pattern ONLY_READ = Pattern.compile("only read from bpf_\\w+ is supported");
    private static final Pattern ADDRESS = Pattern.compile("\\(r(\\d+) [+-]\\d+\\)");
    private static final Pattern MAP_AS_VALUE = Pattern.compile(
            "R(\\d+) (?:pointer arithmetic on map_ptr prohibited|type=map_ptr expected=(?!map_ptr)|invalid mem access 'map_ptr')");
    private static final Pattern INSIDE_OF_MAP = Pattern.compile(
            "(?:access beyond|cannot access ptr member|access inside).* (?:bpf_map|bpf_array|bpf_htab)\\b");
    private static final Pattern VALUE_AS_MAP = Pattern.compile("R(\\d+) type=map_value expected=map_ptr");
    private static final Pattern NUMBER_AS_MAP = Pattern.compile("R\\d+ type=(?:scalar|inv) expected=map_ptr");
    private static final Pattern VARIABLES = Pattern.compile(".*(\\.(?:bss|data|rodata)\\S*)");
    private static final Pattern MAP_TYPE = Pattern.compile("cannot pass map_type (\\d+) into func (\\w+)");
    private static final Pattern NO_TYPES = Pattern.compile("map '([^']*)' has to have BTF in order to use (\\w+)");
    private static final Pattern NO_FIELD = Pattern.compile("map '([^']*)' has no valid (\\w+)");
    private static final Pattern NOT_CONSTANT = Pattern.compile("R\\d+ (?:is not|must be) a known constant");
    private static final Pattern CALL = Pattern.compile("\\) call (\\w+)#");
    private static final Pattern NAME = Pattern.compile("[(,]map=([^,)]+)");
    private static final Pattern NAMED_MAP = Pattern.compile("map_ptr\\((?:[^)]*,)?map=([^,)]+)");
    private static final Pattern LOOKED_UP = Pattern.compile("call bpf_map_lookup_elem#.*_or_null\\([^)]*map=([^,)]+)");

    /** What to do; empty if this is not known. */
    Optional<String> remedy() {
        return Stream.<Function<String, @Nullable String>>of(
                        this::outside,
                        VerifierCause::beyondStack,
                        this::mapAsValue,
                        this::valueAsMap,
                        VerifierCause::unresolvedMap,
                        this::mapType,
                        this::withoutKeys,
                        VerifierCause::withoutTypes,
                        this::notConstant)
                .flatMap(cause -> error.stream().flatMap(line -> Stream.ofNullable(cause.apply(line))))
                .findFirst()
                .or(() -> error.stream()
                        .flatMap(line -> VerifierAdvice.remedy(line).stream())
                        .findFirst());
    }

    private @Nullable String outside(String line) {
        Matcher access = ACCESS.matcher(line);
        Matcher lowest = LOWEST_OUTSIDE.matcher(error.get(error.size() - 1));
        if (!access.find() || !lowest.find()) {
            return null;
        }
        int register = Integer.parseInt(lowest.group(1));
        long offset = Long.parseLong(access.group(3));
        if (offset < 0) {
            return log.last(register, "(\\w+\\([^)]*smin)") != null
                    ? "the index may be negative: make it unsigned, or compare it with 0 first"
                    : "the access begins before the first byte: use no negative index or offset";
        }
        long used = offset + Long.parseLong(access.group(4));
        String bytes = " has " + access.group(2) + " bytes, and the program uses " + used + ": ";
        if (access.group(1).equals("memory")) {
            return "the memory" + bytes
                    + "reserve or pass as many as the type has, sizeof(*pointer) and not sizeof(pointer)";
        }
        String map = nameIn(log.last(register, "(map_\\w+\\([^)]*\\))"));
        String part = access.group(1).substring("map ".length());
        return "the " + part + " of " + (map == null ? "the map" : map) + bytes
                + "declare it with the type that the program uses, __type("
                + part
                + ", ...), and compare the lengths of calls with its size. If the map was pinned by an earlier version, it still has"
                + " the size of that version";
    }

    private static @Nullable String beyondStack(String line) {
        Matcher access = BEYOND_STACK.matcher(line);
        if (!access.find()) {
            return null;
        }
        long offset = Long.parseLong(access.group(1));
        long size = Long.parseLong(access.group(2));
        return offset + size <= 0
                ? null
                : "the function uses " + size + " bytes, and the local variable has at most " + Math.max(0, -offset)
                        + ": pass a variable of the type that the function takes, and a length of at most its size";
    }

    private @Nullable String mapAsValue(String line) {
        Matcher pointer = MAP_AS_VALUE.matcher(line);
        boolean isInside = INSIDE_OF_MAP.matcher(line).find();
        boolean isWrite = ONLY_READ.matcher(line).find();
        Integer register =
                pointer.find() ? Integer.valueOf(pointer.group(1)) : isInside || isWrite ? ofLastAccess() : null;
        if (register == null && !isWrite) {
            return null;
        }
        String state = register == null ? null : log.last(register, "(\\w*map_ptr\\([^)]*\\))");
        if (state == null && !isWrite) {
            return null;
        }
        String own = nameIn(state);
        if (own != null) {
            return "this is the map " + own + " itself, not one of its values: look up a key in it";
        }
        if (register != null && isLoaded(register)) {
            return "this is a map itself, not one of its values: look up a key in it. If C has a global variable here, the loader does not"
                    + " know the sections .bss, .data and .rodata: use libbpf";
        }
        String outer = lastGroup(LOOKED_UP);
        return "this is an inner map, not a value, because a lookup in " + (outer == null ? "a map of maps" : outer)
                + " returns a map: look up a key in that map, and use the value";
    }

    /** The name of the map in the state of a register. Inner maps have none, nor has any map before Linux 6.7. */
    private static @Nullable String nameIn(@Nullable String state) {
        Matcher name = NAME.matcher(String.valueOf(state));
        return name.find() ? name.group(1) : null;
    }

    /** Whether the last instruction that set a register loaded the address of a map: before Linux 6.7, no map has a name in the log. */
    private boolean isLoaded(int register) {
        String call = register <= 5 ? "|(?=call )" : "";
        Pattern set = Pattern.compile("^\\s*\\d+: \\(([0-9a-f]{2})\\) (?:r" + register + " \\S*= " + call + ")");
        return log.lines().stream()
                .map(set::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .reduce((first, second) -> second)
                .filter("18"::equals)
                .isPresent();
    }

    /** The register with the address of the last instruction. */
    private @Nullable Integer ofLastAccess() {
        String number = lastGroup(ADDRESS);
        return number == null ? null : Integer.valueOf(number);
    }

    private @Nullable String valueAsMap(String line) {
        Matcher argument = VALUE_AS_MAP.matcher(line);
        if (!argument.find()) {
            return null;
        }
        String map = nameIn(log.last(Integer.parseInt(argument.group(1)), "(map_value\\([^)]*\\))"));
        Matcher section = VARIABLES.matcher(String.valueOf(map));
        return section.matches()
                ? "the argument is a variable in " + section.group(1)
                        + ", so libbpf made no map of it: add SEC(\".maps\") to the definition of the map"
                : "the function takes a map, and this is "
                        + (map == null
                                ? "a value of one, or a variable because the definition lacks SEC(\".maps\")"
                                : "a value of " + map)
                        + ": pass the address of a map";
    }

    /** A loader writes the address of a map over a number, unless it does not know the map. */
    private static @Nullable String unresolvedMap(String line) {
        return NUMBER_AS_MAP.matcher(line).find()
                ? "the function takes a map, and this is a number, because the loader did not resolve the map: define it in SEC(\".maps\")"
                        + " and load the object with libbpf (tc -V and ip -V say whether iproute2 has it)"
                : null;
    }

    private @Nullable String mapType(String line) {
        Matcher type = MAP_TYPE.matcher(line);
        MapKind kind =
                type.find() ? MapKind.ofNumber(Long.parseLong(type.group(1))).orElse(null) : null;
        if (kind == null) {
            return null;
        }
        String name = lastGroup(NAMED_MAP);
        String map = (name == null ? "the map" : name) + " has the type " + kind + ", ";
        if (kind.isMapOfMaps()) {
            return map
                    + "and only user space puts inner maps into it or removes them: let the service do it. To write an entry, look up"
                    + " the inner map, and update that";
        }
        if (kind.holdsPrograms()) {
            return map + "which only user space fills: call its programs with bpf_tail_call";
        }
        return map + "which " + type.group(2) + " does not take: "
                + ownFunctions(kind).orElse("bpf-helpers(7) names the types that it takes");
    }

    private static Optional<String> ownFunctions(MapKind kind) {
        return switch (kind) {
            case RINGBUF -> Optional.of("use bpf_ringbuf_output, or bpf_ringbuf_reserve and bpf_ringbuf_submit");
            case PERF_EVENT_ARRAY -> Optional.of("use bpf_perf_event_output");
            case QUEUE, STACK -> Optional.of("use bpf_map_push_elem, bpf_map_pop_elem and bpf_map_peek_elem");
            case BLOOM_FILTER -> Optional.of("use bpf_map_push_elem and bpf_map_peek_elem");
            default -> Optional.empty();
        };
    }

    /** A map without keys reads a key of 0 bytes. */
    private @Nullable String withoutKeys(String line) {
        String state =
                line.equals("invalid zero-sized read") ? log.last(1, "(map_ptr\\([^)]*\\bks=0\\b[^)]*\\))") : null;
        return state == null
                ? null
                : Objects.requireNonNullElse(nameIn(state), "the map")
                        + " has no keys: use bpf_ringbuf_output or bpf_ringbuf_reserve for a ring buffer, and bpf_map_push_elem,"
                        + " bpf_map_pop_elem and bpf_map_peek_elem for a queue, stack or Bloom filter";
    }

    private static @Nullable String withoutTypes(String line) {
        Matcher types = NO_TYPES.matcher(line);
        if (types.find()) {
            return (types.group(1).isEmpty() ? "the inner map" : "map " + types.group(1))
                    + " is declared with sizes: declare its types with __type(key, ...) and __type(value, ...), because the kernel finds a "
                    + types.group(2) + " by them";
        }
        Matcher field = NO_FIELD.matcher(line);
        return field.find()
                ? "the type of the values of " + (field.group(1).isEmpty() ? "the inner map" : field.group(1))
                        + " has no " + field.group(2)
                        + ": add such a field to the struct of __type(value, ...), and pass its address"
                : null;
    }

    private @Nullable String notConstant(String line) {
        if (!NOT_CONSTANT.matcher(line).find()) {
            return null;
        }
        String call = String.valueOf(lastGroup(CALL));
        if (call.equals("bpf_ringbuf_reserve")) {
            return "the size must be a constant, and a bound does not make it one: reserve the largest size, or use bpf_ringbuf_output with a"
                    + " length that is compared with the buffer's, or bpf_ringbuf_reserve_dynptr";
        }
        return call.startsWith("bpf_dynptr_")
                ? "the length must be a constant, and a bound does not make it one: use bpf_dynptr_read and bpf_dynptr_write for lengths that"
                        + " change"
                : "this argument must be a constant of the program, and a bound does not make it one: pass the largest size";
    }

    /** The group in the last line of the log that has this pattern. */
    private @Nullable String lastGroup(Pattern pattern) {
        return log.lines().stream()
                .flatMap(line -> pattern.matcher(line).results())
                .map(found -> found.group(1))
                .reduce((first, second) -> second)
                .orElse(null);
    }
}
