/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

/** Thrown if the build fails because of the module's programs, schema texts or dependencies. The log may have the details. */
final class BuildException extends Exception {
    private static final long serialVersionUID = 1L;

    BuildException(String message) {
        super(message);
    }
}
