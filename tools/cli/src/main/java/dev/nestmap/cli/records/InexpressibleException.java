/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

/** No record can declare a map. The message says why, and what to do. */
final class InexpressibleException extends Exception {
    private static final long serialVersionUID = 1;

    InexpressibleException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
