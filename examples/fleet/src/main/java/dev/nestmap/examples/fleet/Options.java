/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Command line options.
 *
 * @param machines number of machines, 1 or more
 * @param kills how many processes to kill
 * @param time how long to send
 * @param rollout whether the agents get the next version of the records meanwhile
 */
record Options(int machines, int kills, Duration time, boolean rollout) {
    private static final String USAGE =
            "; the options are --machines NUMBER, --kills NUMBER, --minutes NUMBER and --rollout";

    /** Each machine has three processes. */
    private static final int MOST_MACHINES = 100;

    private static final int MOST_KILLS = 10_000;
    private static final int MOST_MINUTES = 10_080; // a week

    /** Throws an {@link IllegalArgumentException} if the arguments are not valid. */
    static Options parse(String... arguments) {
        int machines = 4;
        int kills = 12;
        double minutes = 2;
        boolean rollout = false;
        for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--machines" -> machines = (int) number(option, 1, MOST_MACHINES, true, rest);
                case "--kills" -> kills = (int) number(option, 0, MOST_KILLS, true, rest);
                case "--minutes" -> minutes = number(option, 0, MOST_MINUTES, false, rest);
                case "--rollout" -> rollout = true;
                default -> throw new IllegalArgumentException("there is no option " + option + USAGE);
            }
        }
        return new Options(machines, kills, Duration.ofMillis((long) (minutes * 60_000)), rollout);
    }

    private static double number(String option, int least, int most, boolean isWhole, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value" + USAGE);
        }
        String text = rest.next();
        try {
            double value = isWhole ? Integer.parseInt(text) : Double.parseDouble(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The exception below covers this case too.
        }
        throw new IllegalArgumentException(option + " takes a " + (isWhole ? "whole " : "") + "number from " + least
                + " to " + most + ", not \"" + text + "\"" + USAGE);
    }
}
