/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka key of a marker. Each series has its own, so that the marker of a clone hides none.
 *
 * @param id the transactional id
 * @param series the {@link RowPosition#series}
 */
record MarkerKey(String id, UUID series) {
    private static final Pattern TEXT = Pattern.compile("(?s)(.+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

    byte[] write() {
        return (id + "/" + series).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns null if the bytes are no key of a marker with this transactional id. */
    static @Nullable MarkerKey read(String id, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.UTF_8));
        return text.matches() && text.group(1).equals(id) ? new MarkerKey(id, UUID.fromString(text.group(2))) : null;
    }
}
