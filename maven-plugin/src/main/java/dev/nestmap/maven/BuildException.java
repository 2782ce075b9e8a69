/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

/** The module's programs or dependencies prevent the build. The log may have the details. */
final class BuildException extends Exception {
    private static final long serialVersionUID = 1L;

    BuildException(String message) {
        super(message);
    }
}
