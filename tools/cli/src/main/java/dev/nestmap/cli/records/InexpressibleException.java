/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

/** Thrown if no record can declare a map. The message gives the reason and the remedy. */
final class InexpressibleException extends Exception {
    private static final long serialVersionUID = 1;

    InexpressibleException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
