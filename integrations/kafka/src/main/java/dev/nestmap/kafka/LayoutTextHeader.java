/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The Kafka header with the layout text of a message. Every message has it, because a consumer may begin anywhere. Compression stores the
 * text once per batch. The message itself contains only the text's fingerprint.
 */
final class LayoutTextHeader {
    static final String KEY = "nestmap.layout";

    private LayoutTextHeader() {}

    static List<Header> of(String layoutText) {
        return List.of(new RecordHeader(KEY, layoutText.getBytes(StandardCharsets.UTF_8)));
    }

    static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
