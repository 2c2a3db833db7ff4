/** What must hold after a run, whatever the load was. Pure. */
@NullMarked
package dev.longtake.loadtest.audit;

import org.jspecify.annotations.NullMarked;
