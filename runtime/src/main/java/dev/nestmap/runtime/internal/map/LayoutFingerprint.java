/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.OuterMapLayout;
import dev.nestmap.schema.text.SchemaText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The {@link OuterMapLayout} of an outer map in a name that the kernel takes for a map. A process without privileges can't read a
 * map's BTF (it takes CAP_SYS_ADMIN), but its name.
 */
public final class LayoutFingerprint {
    /** As many characters as the kernel keeps: this letter and 56 bits. */
    private static final String PREFIX = "L";

    private static final int DIGITS = 14;

    /** That of no outer map: what it stands for is of no version. */
    public static final String NONE = PREFIX + "0".repeat(DIGITS);

    private LayoutFingerprint() {}

    /** That of this outer map. */
    public static String of(Schema schema, MapDef outer) {
        String layout = SchemaText.print(OuterMapLayout.of(schema, outer));
        return PREFIX + HexFormat.of().formatHex(sha256(layout)).substring(0, DIGITS);
    }

    /** Whether a map's name is a fingerprint. */
    public static boolean isOne(String name) {
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
