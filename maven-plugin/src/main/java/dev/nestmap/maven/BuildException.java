/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

/** The module's programs or dependencies are such that they can't be built. What is wrong in detail may be in the log. */
final class BuildException extends Exception {
    private static final long serialVersionUID = 1L;

    BuildException(String message) {
        super(message);
    }
}
