/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import org.apache.kafka.common.errors.SerializationException;

/** A message is no {@link Part} that this consumer can read. The text says why, and what to do. */
public final class UnreadablePartException extends SerializationException {
    private static final long serialVersionUID = 1L;

    UnreadablePartException(String message) {
        super(message);
    }

    UnreadablePartException(String message, Throwable cause) {
        super(message, cause);
    }
}
