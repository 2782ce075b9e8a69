/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.text.SchemaText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A hash of an outer map's {@link MapLayout}, for the names of the pins of retired maps.
 */
public final class LayoutFingerprint {
    /** The fingerprint is this letter and 56 bits: the 15 characters that the kernel keeps of a name. */
    private static final String PREFIX = "L";

    private static final int DIGITS = 14;

    private LayoutFingerprint() {}

    /** The fingerprint of this outer map's layout. */
    public static String of(Schema schema, MapDef outer) {
        return of(text(schema, outer));
    }

    /** The schema text of this outer map's layout, which has no names of maps and no sizes. */
    private static String text(Schema schema, MapDef outer) {
        return SchemaText.print(MapLayout.of(schema, outer));
    }

    /** The fingerprint of a layout's text. */
    public static String of(String layout) {
        return PREFIX + HexFormat.of().formatHex(sha256(layout)).substring(0, DIGITS);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform provides SHA-256", e);
        }
    }
}
