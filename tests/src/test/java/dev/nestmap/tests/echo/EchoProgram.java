/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.Objects;

/**
 * Generates a BPF program for each map. The program replaces an entry by a copy that it builds field by field, by the
 * fields' C names, over zeros. It returns a checksum of the numbers that it read, or a negative number: if a byte
 * outside all fields is not zero, or if it does not find the copy by its key.
 */
final class EchoProgram {
    /** Returned if the bytes that Java wrote differ from those of the copy. */
    static final int DIFFERS = -2;

    private final StringBuilder text = new StringBuilder();
    private int loops;

    private EchoProgram() {}

    static String of(String header, List<MapDef> maps) {
        EchoProgram program = new EchoProgram();
        program.text.append("#include \"").append(header).append(".bpf.h\"\n\nstruct bpf_map;\n");
        maps.forEach(program::map);
        return program.text.toString();
    }

    private void map(MapDef map) {
        text.append(
                """

                struct copied_%1$s {
                	%2$s;
                	%3$s;
                	__u64 sum;
                	__u64 difference;
                };

                struct {
                	__uint(type, BPF_MAP_TYPE_ARRAY);
                	__uint(max_entries, 1);
                	__type(key, __u32);
                	__type(value, struct copied_%1$s);
                } copies_%1$s SEC(".maps");

                static long copy_%1$s(__attribute__((unused)) struct bpf_map *map, const void *from_key, void *from_value,
                		      __attribute__((unused)) void *context)
                {
                	__u32 zero = 0;
                	struct copied_%1$s *copy = bpf_map_lookup_elem(&copies_%1$s, &zero);
                	const typeof(copy->key) *key = from_key;
                	const typeof(copy->value) *value = from_value;
                	__u64 sum = 0;
                	__u64 difference = 0;

                	if (!copy)
                		return 1;
                """.formatted(map.name(), key(map).declare("key"), value(map).declare("value")));
        copy("(*key)", "copy->key", key(map));
        copy("(*value)", "copy->value", value(map));
        compare("key");
        compare("value");
        text.append("""
                	copy->sum = sum;
                	copy->difference = difference;
                	return 1;
                }

                SEC("raw_tp")
                int echo_%1$s(struct bpf_raw_tracepoint_args *context)
                {
                	__u32 zero = 0;
                	struct copied_%1$s *copy = bpf_map_lookup_elem(&copies_%1$s, &zero);

                	if (!copy)
                		return -1;
                """.formatted(map.name()));
        text.append(map.kind() == MapKind.ARRAY ? """
                	__u32 index = context->args[0];
                	void *value = bpf_map_lookup_elem(&%1$s, &index);
                	if (!value)
                		return -1;
                	copy_%1$s((void *)0, &index, value, (void *)0);
                """.formatted(map.name()) : """
                	(void)context;
                	if (bpf_for_each_map_elem(&%1$s, copy_%1$s, (void *)0, 0) != 1)
                		return -1;
                """.formatted(map.name()));
        text.append("""
                	if (copy->difference)
                		return %2$d;
                	/* In place: an update of a small LRU hash may put the entry itself out. */
                	__u8 *value_of_copy = bpf_map_lookup_elem(&%1$s, &copy->key);
                	if (!value_of_copy)
                		return -3;
                	for (unsigned int i = 0; i < sizeof(copy->value); i++)
                		value_of_copy[i] = ((__u8 *)&copy->value)[i];
                	return (int)(copy->sum ^ copy->sum >> 32) & __INT_MAX__;
                }
                """.formatted(map.name(), DIFFERS));
    }

    private static CType key(MapDef map) {
        return Objects.requireNonNull(map.key());
    }

    private static CType value(MapDef map) {
        return Objects.requireNonNull(map.value());
    }

    private void copy(String from, String to, CType type) {
        if (type instanceof StructType struct) {
            struct.fields().forEach(field -> copy(from, to, field));
        } else if (type instanceof UnionType) {
            copyBytes(from, to, 0, type.size());
        } else if (type instanceof ArrayType array) {
            String index = open(array.count());
            copy(from + index, to + index, array.element());
            text.append("	}\n");
        } else {
            text.append("	").append(to).append(" = ").append(from).append(";\n");
            add(from);
            if (type.size() > Long.BYTES) {
                add(from + " >> 64");
            }
        }
    }

    private void copy(String from, String to, Field field) {
        if (!field.name().isEmpty()) {
            copy(from + "." + field.name(), to + "." + field.name(), field.type());
        } else if (field.type() instanceof UnionType) {
            copyBytes(from, to, field.offset(), field.type().size());
        } else {
            copy(from, to, field.type());
        }
    }

    private void copyBytes(String from, String to, long offset, long size) {
        String index = open(size).replace("[", "[" + offset + " + ");
        String source = "((const __u8 *)&" + from + ")" + index;
        text.append("	((__u8 *)&").append(to).append(")").append(index);
        text.append(" = ").append(source).append(";\n");
        add(source);
        text.append("	}\n");
    }

    private String open(long count) {
        String index = "i" + loops++;
        text.append("	_Pragma(\"clang loop unroll(disable)\")\n");
        text.append("	for (int %1$s = 0; %1$s < %2$d; %1$s++) {%n".formatted(index, count));
        return "[" + index + "]";
    }

    private void add(String number) {
        text.append("	sum = sum * ").append(FieldSums.FACTOR);
        text.append(" + (__u64)(").append(number).append(");\n");
        // Otherwise, clang reads many fields ahead and keeps them on the stack, which has only 512 bytes.
        text.append("	asm volatile(\"\" ::: \"memory\");\n");
    }

    private void compare(String part) {
        text.append("""
                	for (unsigned int i = 0; i < sizeof(*%1$s); i++)
                		difference |= ((const __u8 *)%1$s)[i] ^ ((const __u8 *)&copy->%1$s)[i];
                """.formatted(part));
    }
}
