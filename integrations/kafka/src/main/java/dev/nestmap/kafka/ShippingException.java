/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/** A problem that keeps a shipper from shipping until it goes away. The message is for users. */
final class ShippingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ShippingException(String message, Throwable cause) {
        super(message, cause);
    }

    ShippingException(String message) {
        super(message);
    }
}
