/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/**
 * Thrown if the caller opens a map by a pin path, but a program, a link or a token is pinned there. Code that opens all pins of a directory
 * can catch it to skip such pins.
 */
public final class NotAMapException extends BpfException {
    private static final long serialVersionUID = 1L;

    private final String found;

    /**
     * Creates the exception. The runtime calls it.
     *
     * @param operation the failed operation, which names the pin
     * @param found the pinned object
     */
    public NotAMapException(String operation, String found) {
        super(
                of(Reason.WRONG_USE, operation),
                "the pin is not a map but a " + found + ": pass the path of a map's pin");
        this.found = found;
    }

    /** {@return the object that is pinned there: {@code link: XDP, program watch}, or {@code program: watch}} */
    public String found() {
        return found;
    }
}
