/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import java.util.Iterator;
import java.util.List;

/**
 * Command line options.
 *
 * @param inMemory whether to use maps in memory instead of the kernel
 * @param datagrams how many datagrams each sender sends to each tenant in each of the two runs
 */
record Options(boolean inMemory, int datagrams) {
    private static final int DATAGRAMS = 100_000;
    private static final String USAGE = "; the options are --in-memory and --datagrams NUMBER";

    /** Throws an {@link IllegalArgumentException} if the arguments are not valid. */
    static Options parse(String... arguments) {
        boolean inMemory = false;
        int datagrams = DATAGRAMS;
        for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            switch (argument) {
                case "--in-memory" -> inMemory = true;
                case "--datagrams" -> datagrams = positive(rest.hasNext() ? rest.next() : "");
                default -> throw new IllegalArgumentException("there is no option " + argument + USAGE);
            }
        }
        return new Options(inMemory, datagrams);
    }

    private static int positive(String number) {
        try {
            int value = Integer.parseInt(number);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The exception below covers this case too.
        }
        throw new IllegalArgumentException(
                "--datagrams takes a whole number of 1 or more, not \"" + number + "\"" + USAGE);
    }
}
