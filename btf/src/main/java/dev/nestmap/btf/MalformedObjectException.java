/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

/**
 * A file is no BPF object, or says something that can't be. The message names the file, the place in it (section, type or
 * map, offset) and what is wrong.
 */
public final class MalformedObjectException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedObjectException(String message) {
        super(message);
    }
}
