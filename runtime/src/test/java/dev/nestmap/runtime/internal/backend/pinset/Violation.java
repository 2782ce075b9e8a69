/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

/** A promise of the protocol is broken. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    final String what;

    Violation(String what) {
        super(what, null, false, false);
        this.what = what;
    }
}
