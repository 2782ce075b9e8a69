/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/** Something that keeps a shipper from shipping. The message is for users. */
final class ShippingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    /** A problem that may go away, so that the shipper tries again. */
    ShippingException(String message, Throwable cause) {
        super(message, cause);
        this.lasting = false;
    }

    private ShippingException(String message) {
        super(message);
        this.lasting = true;
    }

    /** A problem after which the shipper must not go on. */
    static ShippingException lasting(String message) {
        return new ShippingException(message);
    }

    boolean isLasting() {
        return lasting;
    }
}
