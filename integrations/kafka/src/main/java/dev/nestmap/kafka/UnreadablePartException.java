/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import org.apache.kafka.common.errors.SerializationException;

/** Thrown if a message is not a {@link Part} that this consumer can read. The exception's message gives the reason and the remedy. */
public final class UnreadablePartException extends SerializationException {
    private static final long serialVersionUID = 1L;

    UnreadablePartException(String message) {
        super(message);
    }

    UnreadablePartException(String message, Throwable cause) {
        super(message, cause);
    }
}
