/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The bodies of helpers, mostly one call of a function in {@code bpf/bpf_helpers.h}. They are templates with variables such as {@code
 * $map} and {@code $key} (the key's address). {@link HelperSignature#variables()} gives their values.
 */
final class HelperBody {
    private static final String COUNTED_UPDATE = """
            int $error = bpf_map_update_elem($map, $key, $value, $flags);

            /* EEXIST and ENOENT are what the flags ask for. */
            if ($error && $error != -EEXIST && $error != -ENOENT)
            	$countLost;
            return $error;""";

    /**
     * An update of an existing key adds an entry before the other entries of the bucket and then removes the previous one. A lookup that is
     * between them meanwhile finds neither. Since Linux 6.16, the update changes the entry itself ({@code htab_map_update_elem_in_place} in
     * kernel/bpf/hashtab.c). A second lookup begins before the new entry. The verifier removes it where the constant is 0.
     */
    private static final String RETRIED_LOOKUP = """
            $pointer$found = bpf_map_lookup_elem($map, $key);

            if (!$found && LOOKUP_AGAIN)
            	$found = bpf_map_lookup_elem($map, $key);
            return $found;""".replace("LOOKUP_AGAIN", GlobalDef.LOOKUP_AGAIN);

    private static final String COUNTED_RESERVE = """
            $pointer$found = bpf_ringbuf_reserve($map, $recordSize, 0);

            if (!$found)
            	$countUnknown;
            return $found;""";

    private HelperBody() {}

    /**
     * The body for one operation on this map.
     *
     * @param countsLost whether it counts inserts or events that are lost
     */
    static String of(HelperOperation operation, MapDef map, boolean countsLost) {
        return StorageOwner.of(map.kind())
                .map(owner -> storage(owner, operation))
                .orElseGet(() -> pattern(operation, map, countsLost));
    }

    private static String pattern(HelperOperation operation, MapDef map, boolean countsLost) {
        return switch (operation) {
            case LOOKUP ->
                map.kind() == MapKind.HASH_OF_MAPS ? RETRIED_LOOKUP : "return bpf_map_lookup_elem($map, $key);";
            case UPDATE -> countsLost ? COUNTED_UPDATE : "return bpf_map_update_elem($map, $key, $value, $flags);";
            case DELETE -> "return bpf_map_delete_elem($map, $key);";
            case LOOKUP_OR_INIT ->
                """
                $pointer$found = bpf_map_lookup_elem($map, $key);
                ERROR
                if ($found)
                	return $found;
                /* If another CPU adds the entry first, the lookup finds that entry. */
                RESULTbpf_map_update_elem($map, $key, $value, BPF_NOEXIST);
                """.replace("ERROR", countsLost ? "int $error;\n" : "").replace("RESULT", countsLost ? "$error = " : "")
                        + (countsLost
                                ? "$found = bpf_map_lookup_elem($map, $key);\nif (!$found)\n\t$countLost;\nreturn $found;"
                                : "return bpf_map_lookup_elem($map, $key);");
            case PUSH -> result("int", "bpf_map_push_elem($map, $value, $flags)", countsLost);
            case POP -> takeOut("pop", map);
            case PEEK -> takeOut("peek", map);
            case ADD -> "return bpf_map_push_elem($map, $value, BPF_ANY);";
            // For verifiers since Linux 7.1, see takeOut. The read keeps the value on the stack.
            case MIGHT_CONTAIN -> """
                const char *$opaque = (const char *)$value;
                __u64 $zero;

                /* Since Linux 7.1: without this, the verifier takes the value for output. */
                asm volatile("%0 = 0" : "=r"($zero));
                $opaque += $zero;
                (void)*(const volatile char *)$opaque;
                /* 1 if the filter may contain the value, 0 if it does not. */
                return !bpf_map_peek_elem($map, (void *)$opaque);""";
            case RESERVE -> countsLost ? COUNTED_RESERVE : "return bpf_ringbuf_reserve($map, $recordSize, 0);";
            case OUTPUT -> result("long", "bpf_ringbuf_output($map, (void *)$value, $recordSize, $flags)", countsLost);
            // With the number of another CPU the kernel returns -EOPNOTSUPP.
            case PERF_OUTPUT ->
                result(
                        "long",
                        "bpf_perf_event_output($context, $map, BPF_F_CURRENT_CPU, (void *)$value, $recordSize)",
                        countsLost);
            case ADD_NUMBERS -> addition(map, countsLost);
        };
    }

    /**
     * Moves or copies an element out of a queue or stack. For a call with an inner map, the analysis of live stack slots takes the largest
     * value of all maps of the program for the number of bytes that the kernel writes. It forgets what the stack has after the element. It
     * does not follow an address to which a register was added ({@code bpf_helper_stack_access_bytes} in kernel/bpf/verifier.c and {@code
     * record_stack_access} in kernel/bpf/liveness.c, Linux 7.3).
     */
    private static String takeOut(String verb, MapDef map) {
        if (map.role() != MapRole.INNER) {
            return "return bpf_map_" + verb + "_elem($map, $value);";
        }
        return """
            __u64 $zero;

            /* Since Linux 7.1: without this, the verifier takes other variables for output, too. */
            asm volatile("%0 = 0" : "=r"($zero));
            return bpf_map_VERB_elem($map, (char *)$value + $zero);""".replace("VERB", verb);
    }

    /** Returns the result of a call that writes an event or an element. */
    private static String result(String type, String call, boolean countsLost) {
        return countsLost
                ? type + " $error = " + call + ";\n\nif ($error)\n\t$countLost;\nreturn $error;"
                : "return " + call + ";";
    }

    /** Adds to the numbers of an entry. If there is no entry, the numbers become one. */
    private static String addition(MapDef map, boolean countsLost) {
        String failed = countsLost
                ? "\tif (!$found) {\n\t\t$countLost;\n\t\treturn $error;\n\t}\n"
                : "\tif (!$found)\n\t\treturn $error;\n";
        String insert = """
                $pointer$found = bpf_map_lookup_elem($map, $key);

                if (!$found) {
                	int $error = bpf_map_update_elem($map, $key, $value, BPF_NOEXIST);

                	if (!$error)
                		return 0;
                	$found = bpf_map_lookup_elem($map, $key); /* if another program was faster */
                FAILED}
                """.replace("FAILED", failed);
        String find = """
                $pointer$found = bpf_map_lookup_elem($map, $key);

                if (!$found)FAILED
                """.replace(
                        "FAILED",
                        countsLost
                                ? " { /* the index is too large */\n\t$countFull;\n\treturn -ENOENT;\n}"
                                : "\n\treturn -ENOENT; /* the index is too large */");
        List<String> names = CounterFields.of(map).orElseThrow().names();
        // An atomic instruction that adds 0 takes 5 ns, too. The compiler removes it where it knows the number.
        String additions = names.isEmpty()
                ? "__sync_fetch_and_add($found, $by);\n"
                : names.stream()
                        .map(name -> "if ($by->" + name + ")\n\t__sync_fetch_and_add(&$found->" + name + ", $by->"
                                + name + ");\n")
                        .collect(Collectors.joining());
        boolean isArray = map.kind().isArray();
        return (isArray ? find : insert)
                + (map.kind().isPerCpu()
                        ? "/* Atomic, because another program on this CPU may interrupt this one. */\n"
                        : "")
                + additions
                + "return 0;";
    }

    /** The pattern for a local storage, whose entries belong to sockets, inodes, tasks or cgroups. */
    private static String storage(StorageOwner owner, HelperOperation operation) {
        return switch (operation) {
            case LOOKUP -> "return " + owner.helpers() + "_get($map, $key, NULL, 0);";
            case DELETE -> "return " + owner.helpers() + "_delete($map, $key);";
            case LOOKUP_OR_INIT -> """
                /* The kernel only reads the value: the cast drops const. */
                return HELPERS_get($map, $key, (void *)$value, BPF_LOCAL_STORAGE_GET_F_CREATE);""".replace("HELPERS", owner.helpers());
            default -> throw new IllegalArgumentException("local storages have no helper for " + operation);
        };
    }
}
