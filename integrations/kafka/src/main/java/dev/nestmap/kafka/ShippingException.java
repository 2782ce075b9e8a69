/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import org.jspecify.annotations.Nullable;

/** A problem that keeps a shipper from shipping. The message is for users. */
final class ShippingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    private ShippingException(String message, @Nullable Throwable cause, boolean lasting) {
        super(message, cause);
        this.lasting = lasting;
    }

    /** A problem that may go away, so that the shipper tries again. */
    ShippingException(String message, Throwable cause) {
        this(message, cause, false);
    }

    /** A problem that may go away, so that the shipper tries again. */
    ShippingException(String message) {
        this(message, null, false);
    }

    /** A problem after which the shipper must stop. */
    static ShippingException lasting(String message) {
        return new ShippingException(message, null, true);
    }

    boolean isLasting() {
        return lasting;
    }
}
