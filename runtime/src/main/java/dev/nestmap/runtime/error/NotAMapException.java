/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/**
 * Thrown when a map is opened by the path of a pin, and a program, a link or a token is pinned there. Code that opens every pin in a
 * directory can skip these.
 */
public final class NotAMapException extends BpfException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception. The runtime calls it.
     *
     * @param operation the failed operation, which names the pin
     * @param explanation what is pinned there and what to do
     */
    public NotAMapException(String operation, String explanation) {
        super(operation, explanation);
    }
}
