/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

/** Thrown if the build fails because of the module's programs, schema texts or dependencies. The log may have the details. */
public final class BuildException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. The message says what is wrong and what to do. */
    public BuildException(String message) {
        super(message);
    }
}
