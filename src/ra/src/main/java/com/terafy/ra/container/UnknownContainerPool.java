package com.terafy.ra.container;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.Setting;
import com.terafy.ra.Messages;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.util.Map;

/** A pool that only its own container can configure; settings that differ from the defaults would be ignored by it. */
final class UnknownContainerPool implements ContainerPool {

    @Override
    public void configure(PoolSettings settings) throws ResourceException {
        Map<String, String> shown = settings.shown();
        for (Setting setting : new Setting[] {
            Setting.DB_POOL_MIN, Setting.DB_POOL_MAX, Setting.DB_POOL_ACQUIRE_TIMEOUT, Setting.DB_POOL_SWEEP_INTERVAL
        }) {
            String value = shown.get(setting.name());
            if (!setting.defaultText().orElse("").equals(value)) {
                throw new ResourceAdapterInternalException(
                        Messages.sizeNotApplicable(settings.poolName(), setting.name() + " is " + value));
            }
        }
    }

    @Override
    public void offerIdle() {
        // Its own validation does, as often as its own settings say.
    }
}
