/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import java.util.Arrays;

/**
 * Reads types that have a name: numbers, pointers, types of the kernel, and tags.
 *
 * @param declared the types with tags that the text has declared so far
 */
record BaseTypeReader(DeclaredTypes declared) {
    /** Reads a type whose first word was read. */
    CType read(LineTokens line, String word) {
        return switch (word) {
            case "opaque" -> opaque(line);
            case "pointer" -> pointer(line, PointerType.Kind.PLAIN);
            case "kptr" -> pointer(line, PointerType.Kind.KPTR);
            case "kptr_untrusted" -> pointer(line, PointerType.Kind.UNTRUSTED);
            case "kernel" -> kernelType(line);
            case "enum", "struct", "union" -> declared.reference(line, word);
            case "unsigned" -> scalar(line, word + " " + line.word());
            default -> scalar(line, word);
        };
    }

    private static Scalar scalar(LineTokens line, String spelling) {
        return Arrays.stream(Scalar.values())
                .filter(scalar -> scalar.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(() -> line.error("unknown type \"" + spelling + "\""));
    }

    private static PointerType pointer(LineTokens line, PointerType.Kind kind) {
        String target = line.expect("(").name();
        line.expect(")");
        return new PointerType(target, kind);
    }

    private static CType kernelType(LineTokens line) {
        String tag = line.name();
        KernelType type =
                KernelType.ofTag(tag).orElseThrow(() -> line.error("unknown type of the kernel \"" + tag + "\""));
        if (!line.accept("(")) {
            return type;
        }
        String contains = line.name();
        String node = line.expect(",").name();
        line.expect(")");
        try {
            return new GraphRoot(type, contains, node);
        } catch (IllegalArgumentException e) {
            throw line.error(type.spelling() + " has no elements, so no tag and node can follow it in parentheses");
        }
    }

    private static OpaqueType opaque(LineTokens line) {
        long size = TypeTextReader.size(line.expect("("));
        int alignment = TypeTextReader.alignment(line.expect(","));
        String what = line.expect(",").name();
        line.expect(")");
        return new OpaqueType(size, alignment, what);
    }
}
