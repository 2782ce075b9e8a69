/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/**
 * Thrown when a map is opened by the path of a pin, and a program, a link or a token is pinned there. Code that opens every pin in a
 * directory can skip these.
 */
public final class NotAMapException extends BpfException {
    private static final long serialVersionUID = 1L;

    private final String found;

    /**
     * Creates the exception. The runtime calls it.
     *
     * @param operation the failed operation, which names the pin
     * @param found what is pinned there
     */
    public NotAMapException(String operation, String found) {
        super(operation, "the pin is not a map but a " + found + ": pass the path of a map's pin");
        this.found = found;
    }

    /** {@return what is pinned there: {@code link: XDP, program watch}, or {@code program: watch}} */
    public String found() {
        return found;
    }
}
