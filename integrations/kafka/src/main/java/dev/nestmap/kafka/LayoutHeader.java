/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The header of each message with the text of its layout. The message itself has the text's fingerprint. A consumer may begin with any message,
 * so each has the text; compression stores it once for a batch.
 */
final class LayoutHeader {
    static final String KEY = "nestmap.layout";

    private LayoutHeader() {}

    static List<Header> of(String layoutText) {
        return List.of(new RecordHeader(KEY, layoutText.getBytes(StandardCharsets.UTF_8)));
    }

    static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
