/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka key of a shipper's markers. Each outer map of the kernel has its own key, even if several machines or containers have the same
 * name. So a compacted topic keeps the last marker of each, and a shipper finds its own after another one with its name has committed.
 *
 * @param id the transactional id
 * @param boot the boot of the machine during which the map's id is unique
 * @param outerMap the kernel's id of the outer map
 */
record MarkerKey(String id, UUID boot, int outerMap) {
    private static final Pattern TEXT = Pattern.compile("(?s)(.+)/([0-9a-f-]{36})/([0-9]{1,10})");

    byte[] write() {
        return (id + "/" + boot + "/" + Integer.toUnsignedString(outerMap)).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns null if the bytes are no key of a marker with this transactional id. */
    static @Nullable MarkerKey read(String id, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!text.matches() || !text.group(1).equals(id)) {
            return null;
        }
        try {
            return new MarkerKey(id, UUID.fromString(text.group(2)), Integer.parseUnsignedInt(text.group(3)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
