/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/** One drained map can't be sent, while others may: it can't be read, or Kafka refuses its message. The cause says why. */
final class FailingMapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // thrown and caught by the thread of one shipper
    private final UnshippedMap map;

    private final Throwable reason;

    FailingMapException(UnshippedMap map, Throwable reason) {
        super(reason);
        this.map = map;
        this.reason = reason;
    }

    UnshippedMap map() {
        return map;
    }

    Throwable reason() {
        return reason;
    }
}
