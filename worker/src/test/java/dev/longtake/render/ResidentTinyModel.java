package dev.longtake.render;

import dev.longtake.sampling.ResidentLatents;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.SolverStep;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.TensorLatents;
import java.util.List;
import java.util.Optional;

/** The tiny model with the latents of its chunks on a device. Counts those that are open. */
final class ResidentTinyModel extends TinyModel {

  private final Backend backend;
  private int opened;
  private int closed;

  ResidentTinyModel(Backend backend) {
    this.backend = backend;
  }

  int opened() {
    return opened;
  }

  int closed() {
    return closed;
  }

  @Override
  public Optional<ResidentLatents> openLatents(int frameCount, int height, int width) {
    opened++;
    return backend.openLatents(CHANNELS, frameCount, height, width).map(Counted::new);
  }

  @Override
  public EncodedPrompt encodePrompt(String prompt) {
    EncodedPrompt encoded = super.encodePrompt(prompt);
    return (references, frameCount, height, width) -> {
      Denoiser arrays = encoded.denoiser(references, frameCount, height, width);
      return new Denoiser() {
        @Override
        public void velocity(float[] latents, double timestep, float[] out) {
          throw new AssertionError("the latents have left the device");
        }

        @Override
        public void velocity(ResidentLatents latents, double timestep, ResidentLatents.Pass pass) {
          TensorLatents tensors = ((Counted) latents).tensors;
          Tensor from = tensors.latents();
          float[] values = new float[(int) from.elementCount()];
          float[] velocity = new float[values.length];
          backend.read(from, values, 0);
          arrays.velocity(values, timestep, velocity);
          backend.write(tensors.velocity(pass), velocity, 0);
        }

        @Override
        public void close() {
          arrays.close();
        }
      };
    };
  }

  private final class Counted implements ResidentLatents {
    private final TensorLatents tensors;

    Counted(TensorLatents tensors) {
      this.tensors = tensors;
    }

    @Override
    public void write(SamplerState state) {
      tensors.write(state);
    }

    @Override
    public SamplerState read(int stepIndex, int historyCount) {
      return tensors.read(stepIndex, historyCount);
    }

    @Override
    public void publish(Guiding guiding, List<Span> spans) {
      tensors.publish(guiding, spans);
    }

    @Override
    public boolean isPublished() {
      return tensors.isPublished();
    }

    @Override
    public short[] published(int span) {
      return tensors.published(span);
    }

    @Override
    public void step(SolverStep step, Guiding guiding, List<Fusion> fusions) {
      tensors.step(step, guiding, fusions);
    }

    @Override
    public void close() {
      closed++;
      tensors.close();
    }
  }
}
