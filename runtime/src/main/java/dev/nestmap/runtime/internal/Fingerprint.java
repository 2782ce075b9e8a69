/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.NestLayout;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SchemaText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The {@link NestLayout} of an outer map in a name that the kernel takes for a map. A process without privileges can't read a
 * map's BTF (it takes CAP_SYS_ADMIN), but its name.
 */
final class Fingerprint {
    /** As many characters as the kernel keeps: this letter and 56 bits. */
    private static final String PREFIX = "L";

    private static final int DIGITS = 14;

    /** That of no outer map: what it stands for is of no version. */
    static final String NONE = PREFIX + "0".repeat(DIGITS);

    private Fingerprint() {}

    /** That of this outer map. */
    static String of(Schema schema, MapDef outer) {
        String layout = SchemaText.print(NestLayout.of(schema, outer));
        return PREFIX + HexFormat.of().formatHex(sha256(layout)).substring(0, DIGITS);
    }

    /** Whether a map's name is a fingerprint. */
    static boolean isOne(String name) {
        return name.matches(PREFIX + "[0-9a-f]{" + DIGITS + "}");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }
}
