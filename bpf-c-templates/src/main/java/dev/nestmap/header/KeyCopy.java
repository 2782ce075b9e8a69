/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.UnionType;
import dev.nestmap.schema.type.UnusedBytes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The copy that helpers pass to the kernel in place of a key with padding or a text. The kernel compares all bytes of a key, and a program may
 * leave other bytes than those of the fields as they are on its stack. The copy has zeros there: in padding, and after the end of a text. All
 * bytes of a union are copied, because nothing says which member the program has written.
 *
 * <p>A set has no keys, and the kernel hashes all bytes of a value. So its helpers pass a copy of the value.
 *
 * <p>The fields are copied one by one, because the verifier rejects a read of bytes that the program has not written, unless the process that
 * loads it has CAP_PERFMON.
 */
record KeyCopy(MapDef map, CType key) {
    private static final String COPY = "copy";

    /** The function that copies a text. Each header that needs it defines it. */
    static final String TEXT_HELPER = "nestmap_copy_text";

    /**
     * The largest key in bytes that is copied only because of its texts. The copy is on the stack of the program, which has 512 bytes and
     * may have the key, too.
     */
    static final int MOST_FOR_TEXTS = 128;

    /** The copy of the keys of this map; empty if the kernel can use the bytes of the program's own variable. */
    static Optional<KeyCopy> of(MapDef map) {
        return Optional.ofNullable(map.kind().comparesValues() ? map.value() : map.key())
                .filter(key -> UnusedBytes.inGaps(key) || (UnusedBytes.afterTexts(key) && key.size() <= MOST_FOR_TEXTS))
                .map(key -> new KeyCopy(map, key));
    }

    /** Whether the copy copies texts. */
    boolean copiesTexts() {
        return UnusedBytes.afterTexts(key);
    }

    /**
     * The function that copies a text, with its guard: several headers of one C file may have it. It has no branches, because the verifier
     * would follow each to the end of the program.
     */
    static String textFunction() {
        return """
            #ifndef GUARD
            #define GUARD
            /* Copies a text up to its first zero, and clears the bytes after it: in a key, the kernel compares them, too. */
            static __always_inline void NAME(void *copy, const void *text, __u32 size)
            {
            	__u64 more = ~0ULL;
            	__u32 i;

            #ifdef __clang__
            #pragma unroll
            #endif
            	for (i = 0; i < size; i += 8) {
            		__u32 bytes = size - i < 8 ? size - i : 8;
            		__u64 word = 0, zeros;

            		__builtin_memcpy(&word, text + i, bytes);
            #if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
            		word = __builtin_bswap64(word);
            #endif
            		/* The lowest bit of these is in the first zero byte. */
            		zeros = (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
            		word &= more & (zeros ^ (zeros - 1));
            		more &= ((zeros | -zeros) >> 63) - 1;
            #if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
            		word = __builtin_bswap64(word);
            #endif
            		__builtin_memcpy(copy + i, &word, bytes);
            		asm volatile("" : "+r"(more)); /* keeps clang from adding a branch */
            	}
            }
            #endif
            """.replace("GUARD", "__" + TEXT_HELPER.toUpperCase(Locale.ROOT)).replace("NAME", TEXT_HELPER);
    }

    /** Whether a value has bytes that the copy clears. */
    private static boolean isNeeded(CType type) {
        return UnusedBytes.inGaps(type) || UnusedBytes.afterTexts(type);
    }

    /** The name of the function that copies. */
    String helper() {
        return HeaderIdentifiers.base(map) + (map.kind().comparesValues() ? "_copy_value" : "_copy_key");
    }

    /** The parameter that is copied. */
    private String original(ParameterNames names) {
        return map.kind().comparesValues() ? names.of("value") : names.key(map);
    }

    /** The function that copies. It returns the copy. */
    String function(ParameterNames names) {
        String pointer = ParameterPassing.pointer(key);
        String copy = names.of(COPY);
        Lines lines = new Lines(copy, original(names));
        lines.copy(key, "");
        String body = "__builtin_memset(" + copy + ", 0, sizeof(" + key.spelling() + "));\n" + lines.text() + "return "
                + copy + ";";
        String head = HelperSignature.head(
                "const " + pointer,
                helper(),
                List.of(ParameterPassing.target(key, copy), ParameterPassing.parameter(key, original(names))));
        String fields = copiesTexts() ? "Copies only the fields, and texts up to their end" : "Copies only the fields";
        return "/* " + fields + ": the kernel compares all bytes of a "
                + (map.kind().comparesValues() ? "value" : "key") + ", so the others are 0. */\n"
                + CTemplate.function(head, body, Map.of(), names::of);
    }

    /** The first lines of a helper that uses the copy by its {@linkplain #name name}. */
    String declarations(ParameterNames names) {
        String copy = names.of(COPY);
        return key.declare(copy) + ";\nconst " + ParameterPassing.pointer(key) + name(names) + " = " + helper() + "("
                + (key instanceof ArrayType ? "" : "&") + copy + ", " + original(names) + ");\n";
    }

    /** The variable with the address of the copy. */
    static String name(ParameterNames names) {
        return names.of("cleared");
    }

    /** The statements that copy the fields. */
    private static final class Lines {
        private final String to;
        private final String from;
        private final StringBuilder text = new StringBuilder();

        Lines(String to, String from) {
            this.to = to;
            this.from = from;
        }

        String text() {
            return text.toString();
        }

        /**
         * Copies a value.
         *
         * @param path what C has between the pointer to the key and the value: {@code ->address}, {@code [0].port}
         */
        void copy(CType type, String path) {
            if (!isNeeded(type)) {
                assign(type, path);
            } else if (UnusedBytes.isText(type)) {
                line(TEXT_HELPER + "(" + to + path + ", " + from + path + ", " + type.size() + ");");
            } else if (type instanceof ArrayType array) {
                for (long i = 0; i < array.count(); i++) {
                    copy(array.element(), path + "[" + i + "]");
                }
            } else {
                type.fields().forEach(field -> field(field, path, 0));
            }
        }

        /**
         * Copies a field of a struct.
         *
         * @param path the path of the innermost struct with a name around the field
         * @param start the offset in it of the struct that has the field
         */
        private void field(Field field, String path, long start) {
            CType type = field.type();
            long offset = start + field.offset();
            if (!field.name().isEmpty()) {
                copy(type, member(path, field.name()));
            } else if (type instanceof UnionType) {
                String target = "(void *)" + address(to, path, offset);
                String source = "(const void *)" + address(from, path, offset);
                line("__builtin_memcpy(" + target + ", " + source + ", " + type.size() + ");");
            } else {
                type.fields().forEach(inner -> field(inner, path, offset));
            }
        }

        private void assign(CType type, String path) {
            boolean isArray = type instanceof ArrayType || type instanceof OpaqueType;
            line(
                    isArray
                            ? "__builtin_memcpy(" + to + path + ", " + from + path + ", sizeof(" + to + path + "));"
                            : to + path + " = " + from + path + ";");
        }

        private void line(String line) {
            text.append(line).append('\n');
        }
    }

    private static String address(String variable, String path, long offset) {
        return (path.isEmpty() ? variable : "&" + variable + path) + (offset == 0 ? "" : " + " + offset);
    }

    private static String member(String path, String name) {
        return path.isEmpty() ? "->" + name : path + "." + name;
    }
}
