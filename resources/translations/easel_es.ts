<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation>Acerca de Easel</translation>
    </message>
    <message>
        <source>Easel itself</source>
        <translation>Easel mismo</translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation>Easel {version}
Pinta imágenes a partir de palabras en este ordenador, y no envía nada a ninguna parte.
Licencia: Apache-2.0. Las piezas de que está hecho:</translation>
    </message>
    <message>
        <source>Everything else inside</source>
        <translation>Todo lo demás incluido</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>Iconos</translation>
    </message>
    <message>
        <source>Karlo, where it is downloaded</source>
        <translation>Karlo, si se descarga</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Parte</translation>
    </message>
    <message>
        <source>Pictures that the Starter learned from</source>
        <translation>Imágenes de las que aprendió el Starter</translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation>Aplicar</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>Calculando…</translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation>Mostrarlo en la imagen</translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation>4 más</translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation>Sobre las imágenes</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Aceptar</translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation>Antes y después: cuánto del original se muestra a la izquierda</translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation>Haga clic en una imagen para verla en el marco</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation>Cuatro más del mismo tipo, junto a estas</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Conservar como capa</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>Pintando…</translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation>Imagen {number} de {count} · semilla {seed}</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Imágenes de esta tanda</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Rechazar todas</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>El original</translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Vary says</source>
        <translation>Variaciones de la imagen elegida, tan lejanas como diga el panel Variaciones</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variar</translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation>Sus imágenes aparecerán aquí</translation>
    </message>
    <message>
        <source>orig</source>
        <translation>orig</translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Painting…</source>
        <translation>Pintando…</translation>
    </message>
    <message>
        <source>Write a prompt above and press Enter · or drop or paste a picture here</source>
        <translation>Escriba un prompt arriba y pulse Intro · o suelte o pegue aquí una imagen</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>Lienzo</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation>¿Construir un motor para su tarjeta NVIDIA? Se descargan unos {download} del índice de paquetes de Python, y unos {disk} quedan en este ordenador. Entre ellos hay bibliotecas de NVIDIA, con las licencias propias de NVIDIA.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Tarjeta</translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished">Descarga</translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation>Descargar y construir</translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation>Easel trae un motor para el procesador. Esto construye uno para una tarjeta NVIDIA en su propia carpeta, con paquetes que se descargan cuando usted lo pide.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Ahora no</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>En el disco</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation>¿Quitar el motor para su tarjeta NVIDIA? Se borran {size}; Easel pinta entonces en el procesador. Se puede volver a construir.</translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation>Usar mi tarjeta NVIDIA</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>unos {size}</translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation>buscándola</translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation>hecho para otra versión de Easel</translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation>no se encontró en este ordenador ninguna tarjeta NVIDIA, o ningún controlador para ella</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>sin terminar</translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation>{name}; su controlador es demasiado antiguo, instale la versión 580 o una más nueva</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation>Cuánto entra: por debajo de 0 se aleja de ello; doble clic restablece</translation>
    </message>
    <message>
        <source>How much of its style: below 0 leads away from it; double-click resets</source>
        <translation>Cuánto entra de su estilo: por debajo de 0 se aleja de él; doble clic restablece</translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation>Silenciar: dejarlo fuera</translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation>Imagen en la mezcla</translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation>Solo: dejar fuera todos los demás</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation>Sacarlo de la mezcla</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Peso</translation>
    </message>
    <message>
        <source>Weight of its style</source>
        <translation>Peso de su estilo</translation>
    </message>
    <message>
        <source>Weight of its subject</source>
        <translation>Peso de su motivo</translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation>Palabras en la mezcla</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Palabras cercanas a esta imagen</translation>
    </message>
    <message>
        <source>Words near this picture: add one, or lead away from it</source>
        <translation>Palabras cercanas a esta imagen: añadir una o alejarse de ella</translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>No hay ninguna capa elegida; haga clic antes en una de la lista de capas.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation>No hay ninguna imagen en el portapapeles; copie una y vuelva a pegar.</translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation>Ahí no hay nada de «{name}» que copiar; seleccione otra parte.</translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation>Todavía no hay nada que copiar; pinte o abra antes una imagen.</translation>
    </message>
    <message>
        <source>This was to be pasted into the picture that was here before; paste it again to have it in this one.</source>
        <translation>Esto debía pegarse en la imagen que había aquí antes; vuelva a pegarlo para tenerlo en esta.</translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation>Rueda de color; las flechas giran el tono</translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation>Color</translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation>Color como número hexadecimal</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Segundo color; haga clic para pintar con él</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>Intercambiar los colores</translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation>Intercambiar los colores (X)</translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation>Usados antes:</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Contact sheet</source>
        <translation>Hoja de contactos</translation>
    </message>
    <message>
        <source>Mixes across the pad</source>
        <translation>Mezclas por todo el panel</translation>
    </message>
    <message>
        <source>Paint mixes from all over the pad in few steps; choose one to go there</source>
        <translation>Pinta mezclas de todo el panel en pocos pasos; elija una para ir allí</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation>Un resultado</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>Imagen PNG</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Imágenes de esta tanda</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Guardar una copia</translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation>Sobre la imagen elegida</translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation>C&amp;olecciones</translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation>Elija una imagen para ver cómo se hizo.</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Datos</translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation>A esta imagen no le corresponden palabras.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>Mostrar la {count} imagen de la que se hizo</numerusform>
            <numerusform>Mostrar las {count} imágenes de las que se hizo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>Mostrar la {count} imagen hecha a partir de ella</numerusform>
            <numerusform>Mostrar las {count} imágenes hechas a partir de ella</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation>Mostrar de qué se hizo</translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation>Mostrar qué se hizo a partir de ella</translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation>E&amp;tiquetas</translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation>La imagen elegida</translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation>De qué se hizo</translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation>Qué se hizo a partir de ella</translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation>separadas por comas</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>{count} imagen seleccionada</numerusform>
            <numerusform>{count} imágenes seleccionadas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Hasta dónde</translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation>Hasta dónde va la imagen de lo uno a lo otro</translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation>Quitar este cambio</translation>
    </message>
    <message>
        <source>To</source>
        <translation>A</translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation>Usar este cambio</translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation>Usar este cambio, o dejarlo fuera por ahora</translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation>de … (puede quedar vacío)</translation>
    </message>
    <message>
        <source>to …</source>
        <translation>a …</translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation>Vuelve a conservarse una copia del trabajo sin guardar.</translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation>Una copia de trabajo sin guardar estaba dañada y no se puede leer; se conserva en {folder} durante {days_kept} días. Mire ahí si echa algo en falta.</translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation>Un difuminado de {feather} no es posible; elija de 0 a 256.</translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation>Una película necesita dos extremos; ponga una imagen o un texto en los dos sitios.</translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation>Un hueco se pinta al tamaño de la imagen; deje el tamaño sin indicar, o amplíe antes la imagen.</translation>
    </message>
    <message>
        <source>A likeness is a picture; write words into the prompt instead.</source>
        <translation>Un modelo a seguir es una imagen; las palabras van en el prompt.</translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation>En lugar del editor respondió una página de acceso; abra un navegador, acceda a esta red y después continúe. {kept}</translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation>Una máscara no puede crecer {grow}; elija de -256 a 256.</translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation>Una mezcla necesita dos imágenes, o una imagen y palabras; seleccione otra imagen, o escriba en el prompt.</translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation>Un camino tiene dos extremos; pida al menos 2 imágenes.</translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation>Una imagen no se puede ampliar {scale} veces; elija 2 o 4.</translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation>No se puede trabajar con una imagen de {width} × {height} píxeles; use una de hasta {largest_input} píxeles de lado.</translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Una imagen de la que se hizo esta no está en este ordenador, así que no se puede volver a hacer; está a salvo tal como está. Pida en su lugar variaciones de ella.</translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation>El ruido propio de una imagen solo lo encuentra y lo usa el muestreador {sampler}; elíjalo, o deje que la composición cambie libremente.</translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation>Un segundo decodificador para Kandinsky 2.2 que rellena huecos y extiende imágenes.</translation>
    </message>
    <message>
        <source>A small picture is being painted to test the device; nothing of yours changes.</source>
        <translation>Se está pintando una imagen pequeña para probar el dispositivo; nada suyo cambia.</translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation>Un embedding guardado no tiene composición que conservar; dé la imagen, o deje que la composición cambie libremente.</translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation>Un peso de la mezcla no es un número; elija uno, como 1.</translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation>{name} de {scale} no es posible; elija de 0 a 50.</translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation>{name} de {side} píxeles no es posible; elija de 16 a {largest_side}.</translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation>Aceptar imagen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Añadir</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>Añadir máscara de capa</translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation>Una idea es una imagen, un texto o un embedding guardado; dé exactamente uno.</translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation>Otro Easel está descargando en esta carpeta; espere a que termine, o póngalo en pausa.</translation>
    </message>
    <message>
        <source>Another program has changed “{name}” since Easel read or wrote it. Nothing is saved yet; save over it, which keeps what is there now as a backup, or under another name.</source>
        <translation>Otro programa ha cambiado «{name}» desde que Easel lo leyó o escribió. Aún no se ha guardado nada; guarde encima, lo que conserva lo que hay ahora como copia de seguridad, o con otro nombre.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation>Tarjeta Apple</translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation>Aplicar máscara de capa</translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation>Según el modelo</translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation>Según lo que necesite el modelo</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Desenfoque</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Tiza</translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation>Cambiar modo de fusión</translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation>Cambiar guías</translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation>Cambiar opacidad</translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation>Cambiar unión</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Carboncillo</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Vaciar</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>Vaciar máscara</translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Haga clic en un color para seleccionarlo · Mayús añade, Alt resta, ambas intersecan</translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation>Haga clic o arrastre para tomar un color; Ctrl hace lo mismo con cualquier pincel</translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation>Haga clic para rellenar una zona de color parecido; como degradado, arrastre de un color al otro</translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation>Haga clic para acercarse, Alt+clic para alejarse, arrastre a los lados para cualquier escala</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Color</translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation>Subexposición de color</translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation>Sobreexposición de color</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Colores</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>Calcula en</translation>
    </message>
    <message>
        <source>Copy of unsaved work</source>
        <translation>Copia del trabajo sin guardar</translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation>Copie o descargue de nuevo este archivo; sus imágenes y los demás archivos no se tocan.</translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation>Las esquinas escalan, los bordes estiran, dentro mueve, fuera gira · Intro aplica, Escape deshace</translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation>Cuesta un poco de tiempo en cada imagen.</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Recortar</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>Oscurecer</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Decodificador</translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation>Guía del decodificador</translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation>Pasos del decodificador</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>Eliminar capa</translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation>Eliminar máscara de capa</translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation>Eliminar selección</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>Deseleccionar</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Diferencia</translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation>Arrastre dentro para mover, un borde para cambiar el tamaño, fuera para trazar uno nuevo; Alt: sin ajuste</translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size</source>
        <translation>Arrastrar borra · Mayús+clic: línea recta · Mayús+arrastrar o [ ]: tamaño</translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation>Arrastre para mover la capa o lo seleccionado en ella; Mayús: una sola dirección; las flechas desplazan poco a poco</translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation>Arrastre para mover la vista; Espacio hace lo mismo con cualquier herramienta</translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · hold Ctrl: pick a colour</source>
        <translation>Arrastrar pinta · Mayús+clic: línea recta · Mayús+arrastrar o [ ]: tamaño · mantener Ctrl: tomar un color</translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation>Arrastre para seleccionar · Mayús añade, Alt resta, ambas intersecan · clic: no seleccionar nada</translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation>Arrastre para girar la vista; Mayús se detiene cada 15 grados</translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation>Arrastre sobre lo que debe quedar, Intro recorta, Escape deja todo como estaba</translation>
    </message>
    <message>
        <source>Draw around an area, or click corners where sides are straight: Enter closes it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Rodee una zona o, con lados rectos, haga clic en las esquinas: Intro la cierra · Mayús añade, Alt resta, ambas intersecan</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>Duplicar capa</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel no puede conservar una copia del trabajo sin guardar en {parent}: {error}. Su imagen no ha cambiado; guárdela y después haga sitio ahí.</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel no puede conservar una copia del trabajo sin guardar en {root}: {error}. Su imagen no ha cambiado; guárdela y después haga sitio ahí.</translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation>Easel no puede buscar trabajo sin guardar en {root} ({strerror}). Nada de ahí se ha cambiado; compruebe quién puede leerlo y vuelva a iniciar Easel.</translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation>Easel sigue ocupado con otro modelo; espérelo o póngalo en pausa.</translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation>Easel sigue ocupado con la tarjeta; espere o ponga en pausa.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation>Ampliado</translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation>Ampliada {scale} veces, la imagen tendría {width} × {height} píxeles, más de los que caben; elija un factor menor o recórtela antes.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>Borrar máscara</translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation>Cada {deep_every} pasos no es posible; elija de 1 a {most_steps_apart}.</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>Exclusión</translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation>Exportado a {report}</translation>
    </message>
    <message>
        <source>Exported to {report}, but how it was made could not be written into the file.</source>
        <translation>Exportado a {report}, pero no se pudo escribir en el archivo cómo se hizo.</translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation>Extender imagen</translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation>Difuminado de los resultados</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>Difuminar selección</translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation>Archivos y carpetas</translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation>Los archivos dicen cómo se hicieron</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Rellenar</translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation>Rellenar máscara</translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation>Rellenado</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Terminando</translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation>Fijar resultado</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>Acoplar imagen</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>Voltear capa</translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation>Encontrado en {name}: {parts}.</translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation>Completa (32 bits)</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galería</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Degradado</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation>Agrupar capas</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>Ampliar selección</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Crecimiento de la máscara</translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation>Una guía desde {begin} hasta {end} del camino no es posible; elija dos números de 0 a 1, el menor primero.</translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation>Media (16 bits)</translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation>Media ocupa la mitad de memoria y es más rápida en las tarjetas; una semilla puede dar entonces una imagen ligeramente distinta.</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>Luz fuerte</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>Ocultar capa</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Alto contraste</translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation>El alto contraste es blanco y negro con contornos marcados.</translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation>Cuánto sobrepasa su máscara una parte rellenada; por debajo de 0 se queda dentro.</translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation>Cuánto toma una parte rellenada los colores que la rodean.</translation>
    </message>
    <message>
        <source>How far new parts take after the rest</source>
        <translation>Cuánto se parecen las partes nuevas al resto</translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation>Cuánto puede desviarse el significado de las variaciones</translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation>Cuánto puede desviarse su composición</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation>Cuántos hilos del procesador pintan. Con menos queda sitio para otros programas.</translation>
    </message>
    <message>
        <source>How often a picture that has a project file is written into it. Beside that, unsaved work is kept after every action, for the next start to offer.</source>
        <translation>Con qué frecuencia se escribe una imagen en su archivo de proyecto. Además, el trabajo sin guardar se conserva después de cada acción y se ofrece en el siguiente inicio.</translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation>Cuántas veces recorre el decodificador una imagen. Más pasos tardan más y muestran detalles más finos.</translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation>Cuántas veces afina el prior la idea que se hace de sus palabras.</translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation>Con qué suavidad se funde una parte rellenada con lo que había.</translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation>Con qué rigor sigue el decodificador la idea. Demasiado vuelve duros los colores.</translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation>Con qué rigor sigue la idea sus palabras. Menos da más variedad.</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Tono</translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation>Tono y saturación</translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it. On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.</source>
        <translation>Si lo que elige no está en este ordenador, lo hace el procesador. En Linux, Generar ▸ Modelos… construye un motor para una tarjeta NVIDIA.</translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation>En la carpeta de Easel</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>Invertir máscara</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>Invertir selección</translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation>Aislar grupo</translation>
    </message>
    <message>
        <source>It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; choose the processor instead.</source>
        <translation>No funciona: el motor ha fallado de un modo imprevisto. No se ha perdido nada; elija el procesador en su lugar.</translation>
    </message>
    <message>
        <source>It works: a small picture on “{device}” took {seconds} s.</source>
        <translation>Funciona: una imagen pequeña en «{device}» tardó {seconds} s.</translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation>Falta su archivo; vuelva a ponerlo o descarte la entrada.</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Conservar como capa</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>Conservar la semilla</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Teclado y ratón</translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation>Sus propias teclas</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation>Grande y detallado; de 512 a 1024 píxeles. Una tarjeta gráfica lo hace rápido.</translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation>Archivos más grandes que no pierden nada.</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Capa</translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation>Letras, botones e iconos a la vez. Las imágenes se muestran como antes.</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>Niveles</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>Aclarar</translation>
    </message>
    <message>
        <source>Load models in parts</source>
        <translation>Cargar los modelos por partes</translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation>Cargar selección</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Cargando el modelo</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>Bloquear capa</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Bloquear transparencia</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>Explorar ideas</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>Luminosidad</translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation>Máscara desde la selección</translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation>Ajuste de los colores</translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation>Presupuesto de memoria</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>Memoria para deshacer</translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation>Los menús aparecen al instante, nada se desliza ni se desvanece y el cursor no parpadea.</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Combinar hacia abajo</translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation>Combinar grupo</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mezcla</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation>Mover marco</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>Mover capa</translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation>Mover selección</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>Multiplicar</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>Tarjeta NVIDIA</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Nuevo grupo</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>Nueva capa</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>Nueva imagen</translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>No hay ninguna capa elegida; haga clic antes en una de la lista de capas.</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>No hay ninguna imagen elegida; haga clic antes en una de la bandeja.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of a picture or text a weight above 0.</source>
        <translation>No quedaría ningún estilo en esta mezcla; dé al estilo de una imagen o de un texto un peso mayor que 0.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of something a weight.</source>
        <translation>No quedaría ningún estilo en esta mezcla; dé peso al estilo de algo.</translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation>El ruido solo se puede recuperar de imágenes; dé dos imágenes o un ruido fijo.</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation>No se pudo quitar todo lo de {root} ({strerror}); cierre las demás ventanas de Easel y quite la carpeta a mano.</translation>
    </message>
    <message>
        <source>Nothing is empty or marked in these frames; choose a side, or erase what is to be painted.</source>
        <translation>No hay nada vacío ni marcado en estos marcos; elija un lado o borre lo que se deba pintar.</translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation>Todavía no hay nada en la mezcla; ponga una imagen o escriba un texto.</translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation>No hay nada marcado; borre o seleccione lo que se deba pintar, o genere en su lugar.</translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation>No hay nada seleccionado; seleccione antes una parte de la imagen.</translation>
    </message>
    <message>
        <source>Nothing is selected; select something first.</source>
        <translation>No hay nada seleccionado; seleccione algo primero.</translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation>Todavía no hay nada que cambiar; escriba en qué debe convertirse la imagen.</translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation>No hay nada que cambiar; diga en qué debe convertirse la imagen.</translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation>No se puede leer nada del trabajo conservado en {folder}; la carpeta no se ha cambiado. Busque otra copia de la imagen.</translation>
    </message>
    <message>
        <source>Nothing would be left of the selection; it stays as it was. Try a smaller number.</source>
        <translation>No quedaría nada de la selección; sigue como estaba. Pruebe con un número menor.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation>No quedaría nada de esta mezcla; dé a una imagen o a un texto un peso mayor que 0, y mire si está silenciado.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation>No quedaría nada de esta mezcla; dé peso a algo.</translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation>De los archivos que exporta. Números menores hacen archivos menores.</translation>
    </message>
    <message>
        <source>On a path</source>
        <translation>En un camino</translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation>Solo las imágenes se pueden conservar tal cual, y un extremo es un texto; ponga una imagen, o deje que se pinten los extremos.</translation>
    </message>
    <message>
        <source>Only the part at work is in memory, and pictures are painted one after the other. Takes least memory and about twice the time.</source>
        <translation>Solo la parte que trabaja está en memoria y las imágenes se pintan una tras otra. Usa la mínima memoria y tarda más o menos el doble.</translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation>Solo se solapa el {value}&#xa0;%; acerque el marco a la imagen.</translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation>Abrir imagen</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Abrir proyecto</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Superponer</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Pintar</translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation>Pintar máscara de capa</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>Pintar máscara</translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation>Pintado a partir de palabras</translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation>Repintado</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Pintando</translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation>Pinta a 64 píxeles y amplía a 256. No tiene versión para rellenar: los píxeles conocidos se conservan fundiéndolos mientras pinta.</translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation>Dejar pasar el grupo</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>Pegar imagen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation>Imágenes por tanda</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>Colocar imagen</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisión</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation>Guía del prior</translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation>Pasos del prior</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Procesador</translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation>El prompt, la semilla y los ajustes se escriben en los archivos que guarda y exporta.</translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation>Calidad de JPEG y WebP</translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation>Recuperar trabajo sin guardar</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>Recuperar</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>Movimiento reducido</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>Cambiar nombre de capa</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>Reordenar capas</translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation>Restaurar máscara</translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation>Reformulado</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Muestreador</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Saturación</translation>
    </message>
    <message>
        <source>Save projects by themselves</source>
        <translation>Guardar los proyectos automáticamente</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>Guardar selección</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>Guardado en {path}</translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation>Diga primero qué es lo que sí quiere: elija Más como esta en una imagen, o descríbala por su significado.</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Trama</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semilla</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Seleccionar</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Seleccionar todo</translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation>Seleccionar píxeles de la capa</translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation>Selección desde la máscara</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>Enfocar</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>Mostrar capa</translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation>Mostrar las imágenes mientras se pintan</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>Reducir selección</translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation>Tamaño de todo</translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation>Pequeño y rápido; viene con Easel. Imágenes sencillas de cosas cotidianas.</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>Luz suave</translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation>Una parte del trabajo sin guardar no se pudo leer y falta: {names}. Lo que ve es todo lo que hay; guárdelo con otro nombre.</translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation>Algo por el camino cambia los archivos que transmite; pruebe otra red. {kept}</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Fuerza del repintado</translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation>Tomado de un archivo</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation>Probar el dispositivo</translation>
    </message>
    <message>
        <source>The card or its driver failed; nothing of your picture is lost. Paint on the processor, or start Easel again before you try the card once more.</source>
        <translation>La tarjeta o su controlador ha fallado; no se ha perdido nada de su imagen. Pinte en el procesador o reinicie Easel antes de volver a probar la tarjeta.</translation>
    </message>
    <message>
        <source>The disk is full, and {left} GB of the model are still to come. What was downloaded is kept. Free {short} GB and press Continue, or choose another folder for models under Edit ▸ Settings…, where the download begins anew.</source>
        <translation>El disco está lleno y faltan {left} GB del modelo. Lo descargado se conserva. Libere {short} GB y pulse «Continuar», o elija otra carpeta para los modelos en Edición ▸ Ajustes…, donde la descarga empieza de nuevo.</translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation>El disco está lleno. {kept} Libere {need} GB y después continúe.</translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation>La descarga se desvió a {place}, que no está en la lista de Easel, así que se detuvo; lo que hay aquí se conserva. Pruebe otra red u otro espejo.</translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation>La descarga dio vueltas en círculo; pruebe otra red u otro espejo.</translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation>La descarga se detuvo; lo que hay aquí se conserva.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation>El motor se detuvo inesperadamente; nada de su imagen se ha perdido. Pulse Generar para volver a iniciarlo.</translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation>El motor construido para la tarjeta no se puede iniciar ({reason}); nada de su imagen se ha perdido. Constrúyalo de nuevo o deje de usarlo, en «Tarjeta NVIDIA».</translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation>El motor se construyó, pero calcula en «{device}»: no encuentra ninguna tarjeta NVIDIA que pueda usar. Instale el controlador más reciente de la tarjeta y después continúe.</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>Lo más rápido que haya</translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>El archivo {path} de {title} no está en este ordenador; descargue el modelo o elija la carpeta en que está.</translation>
    </message>
    <message>
        <source>The files of {missing} are damaged or not where they were, so nothing is painted with it. Your pictures are safe; say where the files are, get them again, or paint with the Starter for now.</source>
        <translation>Los archivos de {missing} están dañados o no están donde estaban, así que no se pinta nada con él. Sus imágenes están a salvo; diga dónde están los archivos, obténgalos de nuevo o pinte por ahora con el Starter.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation>No se puede escribir en la carpeta {folder} ({strerror}); elija otra.</translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation>La carpeta {folder} no contiene la parte {part} de un modelo que Easel conozca; sus formas son otras. No se ha cambiado nada; elija otra carpeta.</translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation>La carpeta «{name}» no se pudo crear en {parent}; no se ha escrito nada. Elija otro lugar.</translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation>La galería no puede buscar por significado: no se puede escribir nada en {cache}. Sus imágenes están a salvo; haga sitio ahí y vuelva a buscar.</translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation>La galería de {parent} no se puede leer ni escribir; nada de ahí se ha cambiado. Compruebe que el disco tiene sitio y que puede escribir en él, y vuelva a iniciar Easel.</translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation>Otra ventana de Easel está usando la galería; las imágenes hechas en esta se conservan como archivos y se listan en el próximo inicio. Cierre una de las dos ventanas.</translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation>La galería la escribió un Easel posterior y se deja como está; las imágenes que se hagan ahora se conservan como archivos. Actualice Easel para verlas todas.</translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation>La lista de la galería en {parent} estaba dañada; sus imágenes están a salvo en la carpeta de al lado, y la lista se hace de nuevo a partir de ellas.</translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation>El índice de paquetes tiene otro {name} que el de la lista de Easel, así que no se descargó nada. Pruebe otro índice, o busque un Easel más nuevo.</translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation>Las teclas del programa que usted conoce.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation>La capa «{name}» está vacía; elija una con una imagen.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation>La capa «{name}» está vacía; elija una que tenga algo.</translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation>La capa «{name}» está oculta; muéstrela para pintar en ella.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation>La capa «{name}» está bloqueada; desbloquéela para cambiarla.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation>La capa «{name}» está bloqueada; desbloquéela para moverla.</translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation>La lista de paquetes para la tarjeta no se entiende; inténtelo más tarde, o con otro índice de paquetes.</translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation>La lista de palabras ({name}) no está en este ordenador; viene con Easel, así que reinstale Easel.</translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation>La máscara no tiene el tamaño de la imagen; trácela de nuevo.</translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation>La dirección del espejo no se entiende; tiene que empezar por https:// y un servidor.</translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>El archivo de modelo {folder} no está en este ordenador; descargue el modelo o elija la carpeta en que está.</translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation>El archivo de modelo {parent} no está en este ordenador pero {name} lo necesita; cópielo o descárguelo de nuevo.</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation>El archivo de modelo {path} no se puede leer ({strerror}); compruebe que está ahí y que se puede leer, o cópielo de nuevo.</translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation>El archivo de modelo {pickled} es de tipo pickle, y abrir uno así podría ejecutar cualquier programa oculto en él; consiga el modelo como .safetensors y póngalo en su lugar.</translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation>El modelo {title} no puede hacer esto; elija otro modelo.</translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation>El cálculo del modelo se salió de los límites y no se pudo hacer ninguna imagen; no se ha perdido nada, elija una guía menor, otro muestreador u otra semilla.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation>El archivo {path} del modelo está dañado; reinstale el modelo, sus imágenes están a salvo.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation>Falta el archivo {path} del modelo; reinstale el modelo, sus imágenes están a salvo.</translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation>Lo más que puede ocupar un modelo. Con menos se carga por partes, que es más lento.</translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation>El servidor {fault} No se descargó nada de él; {kept}</translation>
    </message>
    <message>
        <source>The picture has more than {most_layers} layers, or groups more than {deepest} deep, which is more than a project holds; nothing was written. Merge some of them and save again.</source>
        <translation>La imagen tiene más de {most_layers} capas, o grupos de más de {deepest} niveles, más de lo que cabe en un proyecto; no se ha escrito nada. Combine algunas y guarde de nuevo.</translation>
    </message>
    <message>
        <source>The picture has more than {most_saved} saved selections or {most_guides} guides, which is more than a project holds; nothing was written. Remove some of them and save again.</source>
        <translation>La imagen tiene más de {most_saved} selecciones guardadas o {most_guides} guías, más de lo que cabe en un proyecto; no se ha escrito nada. Quite algunas y guarde de nuevo.</translation>
    </message>
    <message>
        <source>The picture is kept in the gallery, but how it was made could not be written down. Accept or export it as usual.</source>
        <translation>La imagen se guarda en la galería, pero no se pudo anotar cómo se hizo. Acéptela o expórtela como siempre.</translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation>La imagen no es RGB o RGBA de 8 bits; conviértala antes.</translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation>La imagen mide {width} píxeles y {name} termina en {largest_side}; no se ha escrito nada. Expórtela como PNG.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels with all of its layers, more than a project holds; nothing was written. Move or erase what lies far out, or merge some layers, and save again.</source>
        <translation>La imagen abarca {width} × {height} píxeles con todas sus capas, más de lo que cabe en un proyecto; no se ha escrito nada. Acerque o borre lo que está muy alejado, o combine algunas capas, y guarde de nuevo.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation>La imagen abarca {width} × {height} píxeles, demasiados para un solo archivo; no se ha escrito nada. Oculte o acerque las capas muy alejadas y exporte de nuevo.</translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation>El programa uv que trae Easel no se puede iniciar ({strerror}); reinstale Easel.</translation>
    </message>
    <message>
        <source>The project would take {megabytes} MB, more than the {most} MB that it may take; nothing was written. Merge some layers, or move a part to another project, and save again.</source>
        <translation>El proyecto ocuparía {megabytes} MB, más de los {most} MB que puede ocupar; no se ha escrito nada. Combine algunas capas o lleve una parte a otro proyecto y guarde de nuevo.</translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation>El prompt tiene {prompt} caracteres y el modelo solo lee unas pocas decenas de palabras; acórtelo a {longest_prompt} caracteres o menos.</translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation>El prompt está vacío; describa en pocas palabras la imagen que quiere.</translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation>El proxy no dejó pasar a Easel ({error}); compruebe su dirección, nombre y contraseña. {kept}</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address under “Mirror and proxy”, like http://name:password@proxy.example:8080. {kept}</source>
        <translation>El proxy pide un nombre y una contraseña; escríbalos en su dirección, en «Espejo y proxy», como http://name:password@proxy.example:8080. {kept}</translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation>La dirección del proxy no se entiende; escríbala como http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel. {kept}</source>
        <translation>El editor ya no tiene este archivo; busque un Easel más nuevo. {kept}</translation>
    </message>
    <message>
        <source>The publisher does not let everybody have this model; accept its licence on the publisher&apos;s page, write an access token of yours under “Mirror and proxy”, then continue. {kept}</source>
        <translation>El editor no da este modelo a cualquiera; acepte la licencia en la página del editor, escriba un token de acceso suyo en «Espejo y proxy» y continúe. {kept}</translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; write one under “Mirror and proxy”, then continue. {kept}</source>
        <translation>El editor pide un token de acceso para este modelo; escriba uno en «Espejo y proxy» y continúe. {kept}</translation>
    </message>
    <message>
        <source>The publisher&apos;s name leads to {address} here, which is in a network of somebody&apos;s own, so nothing was asked of it; what is here is kept. If that is as it should be, type the publisher&apos;s address as a mirror, then continue.</source>
        <translation>El nombre del editor lleva aquí a {address}, que está en una red particular, así que no se le pidió nada; lo que ya está aquí se conserva. Si es lo que desea, escriba la dirección del editor como espejo y continúe.</translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation>La regla por la que el ruido se convierte en imagen.</translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation>La semilla {seed} no es posible; elija un número entero de 0 a {largest_seed}.</translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation>La selección no contiene nada de esta capa; elija otra capa o no seleccione nada.</translation>
    </message>
    <message>
        <source>The selection was changed meanwhile, and is as you left it; try again.</source>
        <translation>La selección se cambió entretanto y está como la dejó; inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation>El archivo de ajustes</translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation>La copia reducida de {name} no se pudo escribir ({strerror}); el archivo grande está como estaba. Haga sitio e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation>La copia reducida de {name} se lee de vuelta distinta, así que no se conservó y no se ha cambiado nada; compruebe el disco.</translation>
    </message>
    <message>
        <source>The source answered {status} and refused the download; try again later. {kept}</source>
        <translation>La fuente respondió {status} y rechazó la descarga; vuelva a intentarlo más tarde. {kept}</translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation>No se puede llegar a la fuente ({broken}). {kept} Compruebe la red y después continúe.</translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation>La fuente no dice cuánto mide {name}, o anuncia demasiado; no se descargó. Pruebe otra red u otro espejo.</translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation>La fuente tiene otro {name} que el de la lista de Easel ({announced} bytes, no {size}), así que no se descargó. Pruebe otra red u otro espejo, o busque un Easel más nuevo.</translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation>El embedding guardado está dañado; use en su lugar la imagen.</translation>
    </message>
    <message>
        <source>The test of the device was given up; it says nothing about the device.</source>
        <translation>La prueba del dispositivo se canceló; no dice nada sobre el dispositivo.</translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation>La transparencia de «{name}» está bloqueada; desbloquéela para borrar.</translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation>El archivo de ampliación {path} {fault}; elija otro, o déjelo fuera para usar el del modelo.</translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation>La rueda mueve la vista, y acerca con Ctrl o Alt; si no, acerca.</translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation>La rueda desplaza</translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation>{name} tiene {text} caracteres; acórtelo a {longest_prompt}.</translation>
    </message>
    <message>
        <source>There is no file {file} and no verb of that name, so nothing was opened; easel --help says what can be written here.</source>
        <translation>No hay ningún archivo {file} ni ningún verbo con ese nombre, así que no se abrió nada; easel --help dice qué se puede escribir aquí.</translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation>Todavía no hay ninguna capa que mover; pinte, abra o genere antes una imagen.</translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation>En {folder} no hay ningún modelo que Easel conozca. Elija la carpeta que contiene kandinsky-2-2-prior o karlo-v1-alpha, un modelo afinado con una carpeta «unet» o «prior» dentro, o una caché de Hugging Face.</translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation>Todavía no hay ninguna imagen que reformular; ponga una, por ejemplo lo que muestra el marco.</translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation>Todavía no hay ninguna imagen; pinte, abra o genere antes una.</translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation>No hay sitio para la copia reducida de {name}: necesita {size} GB hasta que desaparezca el archivo grande. No se ha cambiado nada; haga sitio e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation>No hay ningún muestreador llamado {sampler}; elija uno de {samplers}.</translation>
    </message>
    <message>
        <source>There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint without a window: easel --help names the verbs.</source>
        <translation>No hay pantalla en la que abrir una ventana, así que no se abrió nada; defina DISPLAY o pinte sin ventana: easel --help nombra los verbos.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. Choose fewer or smaller pictures, or close other programs.</source>
        <translation>No hay memoria suficiente para esta imagen; su trabajo está a salvo. Elija menos imágenes o más pequeñas, o cierre otros programas.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {side} × {side_2} pixels should fit, so choose that or fewer pictures, or close other programs.</source>
        <translation>No hay memoria suficiente para esta imagen; su trabajo está a salvo. Deberían caber {side} × {side_2} píxeles; elija ese tamaño o menos imágenes, o cierre otros programas.</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation>No hay sitio suficiente en {folder}: hacen falta {need} GB, con algo de margen. No se descargó nada; libere {short} GB o elija otra carpeta, e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation>No hay nada de lo que hacer un embedding; dé una imagen o un texto.</translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation>Todavía no hay nada que borrar; pinte, abra o genere antes una imagen.</translation>
    </message>
    <message>
        <source>There is nothing to go back to yet; accept a result that this model painted, and it is a bead of this line.</source>
        <translation>Aún no hay nada a lo que volver; acepte un resultado pintado por este modelo y será una cuenta de esta línea.</translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation>Todavía no hay nada de lo que pintar más; genere antes una imagen.</translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation>Solo hay una imagen de este tipo; pida variaciones de ella.</translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation>Esta copia de Easel no tiene uv; reinstale Easel.</translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation>Esto es una inspección; no pinta nada.</translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation>Esto se pintará después de lo que se está pintando ahora.</translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation>Esta capa está vacía; deshaga lo que la vació, o pida de nuevo.</translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation>Esta capa se mezcló o amplió a partir de otras; pídala donde se originó, o pida variaciones de ella.</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation>Este modelo no puede comparar imágenes con palabras; busque por palabras.</translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation>Este modelo no está completo en este ordenador; consígalo antes.</translation>
    </message>
    <message>
        <source>This needs about {needed} of memory and {free} are free. Nothing was begun and your work is safe; paint smaller, close other programs, or try it all the same.</source>
        <translation>Esto necesita unos {needed} de memoria y hay {free} libres. No se ha empezado nada y su trabajo está a salvo; pinte más pequeño, cierre otros programas o inténtelo de todos modos.</translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Esta imagen no dice cómo se hizo, así que no se puede volver a hacer; está a salvo tal como está. Pida en su lugar variaciones de ella.</translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation>Esta imagen ya no está en la galería; elija otra.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation>Esta imagen la hizo el modelo «{model}», que no es el que está en uso; está a salvo tal como está. Elija ese modelo e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{title}”, which is not the one in use: of these words and this seed it makes another picture. Choose that model to make the same again.</source>
        <translation>Esta imagen la hizo el modelo «{title}», que no es el que está en uso: con estas palabras y esta semilla saldrá otra imagen. Elija ese modelo para volver a hacer la misma.</translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation>Este embedding guardado lo hizo otro modelo que {title}; use la imagen de la que salió, o elija ese modelo.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Hilos</translation>
    </message>
    <message>
        <source>Transform</source>
        <translation>Transformar</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>Transformar capa</translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation>Desagrupar capas</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>Desbloquear capa</translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation>Desbloquear transparencia</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variación</translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation>Las variaciones se hacen de una imagen; para pintar un texto, genérelo.</translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation>WebP sin pérdida</translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation>Lo que dice el propio Easel. Los prompts se entienden en inglés, se elija lo que se elija aquí.</translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation>Lo que pueden ocupar los estados anteriores de la imagen. Más allá, los más antiguos se olvidan.</translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation>Lo que hay aquí se conserva.</translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation>Lo que usted cambió en ellas.</translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation>Dónde se guarda cada imagen terminada. Las hechas antes se quedan donde están.</translation>
    </message>
    <message>
        <source>Where it is kept after every action, for the next start after a crash. It may be another disk.</source>
        <translation>Dónde se conserva después de cada acción, para el inicio siguiente a un fallo. Puede ser otro disco.</translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation>Dónde se guardan los modelos que consigue. Los de antes se quedan donde están.</translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation>Las palabras no se pueden reformular; ponga una imagen.</translation>
    </message>
    <message>
        <source>You paint the layer itself again.</source>
        <translation>Vuelve a pintar en la propia capa.</translation>
    </message>
    <message>
        <source>You paint the layer&apos;s mask now: black hides, white shows. “Paint the layer, not its mask” leads back.</source>
        <translation>Ahora pinta en la máscara de la capa: el negro oculta, el blanco muestra. «Pintar la capa, no su máscara» lleva de vuelta.</translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation>Su trabajo sin guardar ha vuelto; guárdelo para conservarlo.</translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation>una carpeta con ese nombre lo impide</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>una dirección que no lo es</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>no se puede leer</translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation>anuncia una cabecera de {length} bytes, más de los que necesita ningún modelo</translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation>anuncia {header} tensores, más de los que necesita ningún modelo</translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation>describe un plan de ruido que Easel no conoce</translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation>no amplía imágenes en color</translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation>no dice en qué archivos está el modelo</translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation>descargue el modelo o elija la carpeta que contiene {repository}</translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation>da a {name} un tamaño que no cuadra con su forma</translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation>tiene un certificado de otro titular, así que puede no ser el editor.</translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation>tiene un certificado que hoy no es válido; ¿está bien el reloj de este ordenador?</translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation>tiene un certificado que no ha firmado nadie en quien confíe este ordenador. Si su empresa inspecciona las conexiones, su certificado debe estar en el almacén del sistema.</translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation>tiene un certificado que este ordenador no acepta.</translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation>tiene una cabecera que no se puede leer</translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation>tiene una cabecera que no dice nada útil sobre {name}</translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation>ha cambiado desde que se publicó</translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation>tiene tensores que se solapan o dejan huecos</translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation>contiene en {name} valores que no son números (NaN o infinito)</translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation>contiene {name}, que también está en otro archivo del modelo</translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation>es un archivo pickle con otro nombre, que podría ejecutar programas al abrirse</translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation>está cortado o no es un archivo safetensors</translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation>no es una tabla de ajustes</translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation>no es el modelo esperado aquí: contiene además {surplus}</translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation>no es el modelo esperado aquí: le falta {absent}</translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation>no es el modelo esperado aquí: {sources} es {sizes} donde hace falta {str}</translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation>es de un tipo que aquí no se conoce</translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation>mide {size} bytes donde su cabecera dice {end}</translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation>mide {size} bytes donde se esperan {size_2}</translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation>viene con Easel, así que reinstale Easel</translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation>ha cambiado en la fuente</translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation>dejó de enviar</translation>
    </message>
    <message>
        <source>it was made smaller because it has too many pixels</source>
        <translation>se redujo porque tiene demasiados píxeles</translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation>sus 16 bits por color se redujeron a 8</translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation>su perfil de color no se pudo usar</translation>
    </message>
    <message>
        <source>its colours for print were converted</source>
        <translation>sus colores de impresión se convirtieron</translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation>nombra un archivo que no es un archivo safetensors a su lado</translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation>nombra dos veces un tensor</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>no verificado con el editor</translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation>solo se abrió su primer fotograma</translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation>leyendo lo que hay aquí</translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation>se parece a un ampliador pero sus partes no encajan</translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation>dice 0 para «hidden_size»</translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation>dice para «{key}» un número demasiado grande</translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation>dice {is_value} para {name} donde {title} tiene {must_value}</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation>dice {value} para «{key}», donde va una lista</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation>dice {value} para «{key}», donde va un número</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation>dice {value} para «{key}», donde va un número entero</translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation>guarda {name} como números enteros</translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation>guarda {name} como {dtype}, que no usa ningún modelo de este tipo</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>la conexión se cortó</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>el disco está lleno</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>el disco comunica un error</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>la carpeta no existe</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>el nombre es demasiado largo</translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation>la fuente no puede continuar</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>el sistema lo rechazó</translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation>no hay conexión</translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation>en esta carpeta no se puede escribir</translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation>esperando a la red</translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation>se cortó mientras se leía</translation>
    </message>
    <message>
        <source>{article} {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation>No se puede usar «{article} {name}» de {value}; elija de 0 a 1.</translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation>No se pueden comparar {chosen} candidatas; elija de 1 a {most_images}.</translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation>{count} pasos de muestreo son muy pocos para este modelo; elija al menos {least}.</translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation>No se pueden hacer {count} imágenes a la vez; elija de 1 a {most_images}.</translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation>{count} pasos de muestreo no caben en los {train_steps} niveles de ruido de este modelo; elija menos pasos.</translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation>{error} El dañado se conserva como «{name}».</translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation>{folder} no se pudo mover: {error}. Nada de ello se ha perdido; se ofrecerá de nuevo en el próximo inicio.</translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation>Se rescataron {kept} de {count} capas de «{name}»; guárdelas con otro nombre.</translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation>{name} llegó dañado y se descarga de nuevo.</translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation>{name} llegó dañado dos veces, así que la propia fuente está dañada; no se conservó. Inténtelo más tarde, o con otra red u otro espejo.</translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation>{name} no se pudo escribir en {parent} ({strerror}). {kept} Compruebe la carpeta o elija otra, y después continúe.</translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation>{name} se descarga desde el principio: {why}.</translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation>{path} está dañado y no está en la carpeta de Easel, así que Easel no lo toca. Sustitúyalo o quítelo, e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation>{root} no se puede cambiar ({strerror}).</translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation>No se puede escribir en {root} ({strerror}); compruebe la carpeta.</translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation>{steps} {name} no es posible; elija de 1 a 1000.</translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation>{title} no se puede usar: {name} no está en este ordenador; {advice}.</translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation>{title} no puede hacer este tipo de trabajo; elija otro modelo.</translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation>{title} amplía por sí mismo imágenes de hasta {largest} píxeles de lado; elija para esta un archivo de ampliación, o el Starter, que tiene uno.</translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation>{title} no tiene ampliador propio; elija un archivo de ampliación, o el Starter, que tiene uno.</translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation>{what}: no se pudo leer, así que Easel empieza con sus valores por defecto; compruebe quién puede leer y escribir {path}.</translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation>{what} no se logró ({reason}). Lo que hay aquí se conserva. Compruebe la red y el sitio en el disco, y después continúe.</translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation>{what}: dañado o imposible de leer, así que Easel empieza con sus valores por defecto; el anterior se conserva como «{name}» en {parent}.</translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation>No se pueden listar {words} palabras; elija de 0 a 1000.</translation>
    </message>
    <message>
        <source>“{archive_name}” does not fit into the memory that is free now; it was not changed. Close other programs, or make it smaller where it was made.</source>
        <translation>«{archive_name}» no cabe en la memoria que está libre ahora; no se ha cambiado. Cierre otros programas, o redúzcalo donde se hizo.</translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation>«{archive_name}» contiene más píxeles de los que Easel puede abrir; no se ha cambiado. Ábralo en el programa con el que se hizo y redúzcalo.</translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation>«{archive_name}» no es un archivo OpenRaster para Easel; no se ha cambiado. Expórtelo desde su programa como PNG y abra ese.</translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; {reduced_bits}. The file was not changed, and saving makes a new one.</source>
        <translation>Se abrió «{archive_name}»; {reduced_bits}. El archivo no se modificó, y al guardar se crea uno nuevo.</translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation>«{name}» no se pudo leer de {parent}; compruebe que puede abrirlo, o elija otro archivo.</translation>
    </message>
    <message>
        <source>“{name}” could not be replaced in {parent}: {error}. It is unchanged, and your picture is whole in “{name_2}” beside it; go on with that, or choose another place.</source>
        <translation>«{name}» no se pudo reemplazar en {parent}: {error}. No ha cambiado, y su imagen está completa en «{name_2}» junto a él; siga con ese archivo o elija otro lugar.</translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation>«{name}» no se pudo guardar en {parent}: {error}. Su imagen y cualquier archivo anterior no han cambiado; elija otro lugar.</translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation>«{name}» no dice cómo se hizo; su imagen no ha cambiado. Suéltelo en su lugar como capa o en la mezcla.</translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation>«{name}» ya existe y no ha cambiado; elija ese mismo nombre para sustituirlo, u otro.</translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation>«{name}» ya existe en {parent} y no ha cambiado; elija otro nombre.</translation>
    </message>
    <message>
        <source>“{name}” has more than {most_layers} layers, or groups more than {deepest} deep, which is more than Easel opens; it was not changed. Merge some of them in the program it was made with.</source>
        <translation>«{name}» tiene más de {most_layers} capas, o grupos anidados en más de {deepest} niveles, que es más de lo que Easel abre; no se ha modificado. Combine algunas en el programa con el que se hizo.</translation>
    </message>
    <message>
        <source>“{name}” is a folder and no picture; your picture is unchanged. Choose a picture file; a folder with a model is chosen under Generate ▸ Models…</source>
        <translation>«{name}» es una carpeta y no una imagen; su imagen no ha cambiado. Elija un archivo de imagen; una carpeta con un modelo se elige en Generar ▸ Modelos…</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation>«{name}» es un grupo; elija una de sus capas para ajustarla.</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation>«{name}» es un grupo; elija una de sus capas para pintar en ella.</translation>
    </message>
    <message>
        <source>“{name}” is a model and no picture; your picture is unchanged. Choose the folder it is in under Generate ▸ Models…</source>
        <translation>«{name}» es un modelo y no una imagen; su imagen no ha cambiado. Elija la carpeta en la que está en Generar ▸ Modelos…</translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation>«{name}» está dañado y no se puede abrir; su imagen no ha cambiado. Pruebe con otra copia del archivo.</translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation>«{name}» está dañado: se pueden rescatar {kept} de sus {count} capas. El archivo no se ha cambiado; abra lo que queda como copia, o pruebe con otra copia del archivo.</translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation>«{name}» está dañado; solo se abrió lo que ven de él otros programas.</translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation>«{name}» no es un proyecto ni un archivo OpenRaster, o está dañado sin remedio; no se ha cambiado. Pruebe con otra copia del archivo.</translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation>«{name}» no es un archivo; elija un archivo de imagen.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation>«{name}» no es una imagen que Easel pueda leer; su imagen no ha cambiado. Elija un archivo PNG, JPEG, WebP, BMP o TIFF.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: another program has moved or removed it. Nothing is saved yet; save your picture there again, or under another name.</source>
        <translation>«{name}» ya no está: otro programa lo ha movido o borrado. Aún no se ha guardado nada; guarde su imagen allí de nuevo o con otro nombre.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation>«{name}» ya no está ahí; elija otro archivo.</translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation>«{name}» es demasiado grande; su imagen no ha cambiado. Redúzcalo a menos de {most_pixels} millones de píxeles y ábralo de nuevo.</translation>
    </message>
    <message>
        <source>“{name}” looks like a pickled model, and opening such a file could run any program hidden in it; it was not opened and your picture is unchanged. Get the model as .safetensors and choose its folder under Generate ▸ Models…</source>
        <translation>«{name}» parece un modelo de tipo pickle, y abrir uno así podría ejecutar cualquier programa oculto en él; no se abrió y su imagen no ha cambiado. Consiga el modelo como .safetensors y elija su carpeta en Generar ▸ Modelos…</translation>
    </message>
    <message>
        <source>“{name}” spans {width} × {height} pixels, more than a project holds of one layer; nothing was written. Erase what lies far out in it, or move a part to another layer, and save again.</source>
        <translation>«{name}» abarca {width} × {height} píxeles, más de lo que cabe de una capa en un proyecto; no se ha escrito nada. Borre lo que está muy alejado o lleve una parte a otra capa y guarde de nuevo.</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation>«{name}» lo cambió otro programa; solo se abrió lo que ese programa conoce.</translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation>«{name}» se hizo con una versión posterior de Easel; no se ha cambiado. Ábralo con ella, o expórtelo desde ella como PNG.</translation>
    </message>
    <message>
        <source>“{name}” was opened without what Easel cannot show: {parts}. The file was not changed, and saving makes a new one. To have these parts too, make pixels of them in the program that made them and open the file again.</source>
        <translation>Se abrió «{name}» sin lo que Easel no puede mostrar: {parts}. El archivo no se modificó, y al guardar se crea uno nuevo. Para tener también esas partes, conviértelas en píxeles en el programa que las hizo y abre el archivo otra vez.</translation>
    </message>
    <message>
        <source>“{name}” was opened, but these layers mix in ways that Easel does not know and are shown as normal: {layers}. The file was not changed, and saving makes a new one. Choose other blend modes here, or merge these layers in the program that made them and open the file again.</source>
        <translation>Se abrió «{name}», pero estas capas se mezclan de un modo que Easel no conoce y se muestran como normales: {layers}. El archivo no se modificó, y al guardar se crea uno nuevo. Elige aquí otros modos de fusión, o combina esas capas en el programa que las hizo y abre el archivo otra vez.</translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation>«{name}» se abrió; lo demás que dice se dejó fuera.</translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation>«{name}» se abrió; {notes}.</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation>Como se abrió</translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation>Historial de cambios, el más antiguo primero</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Another place…</source>
        <translation>Otro lugar…</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Dejarlo</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>Abrir una imagen</translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation>Abrir lo que queda</translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation>Proyecto OpenRaster</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Imágenes</translation>
    </message>
    <message>
        <source>Save it there again</source>
        <translation>Guardar allí de nuevo</translation>
    </message>
    <message>
        <source>Save over it</source>
        <translation>Guardar encima</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Guardar proyecto</translation>
    </message>
    <message>
        <source>Save under another name…</source>
        <translation>Guardar con otro nombre…</translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportar a</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation>JPEG — pequeño, sin transparencia</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>Nombre del archivo</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Otra carpeta…</translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation>PNG — sin pérdida, para todo</translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation>PSD — con capas, para Photoshop</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Sustituirlo</translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation>Decir en el archivo cómo se hizo</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation>TIFF — sin pérdida, para imprimir</translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation>WebP — más pequeño, con transparencia</translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation>Sin pérdida</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} píxeles</translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation>«{name}» ya está en {folder}. Sustituirlo desecha el anterior.</translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation>Abajo</translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation>{share} a cada lado</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Extender</translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation>Extender la imagen</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Hasta dónde</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Izquierda</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Derecha</translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation>La imagen no crecería; elija un lado u otras proporciones.</translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation>A {name}</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>Arriba</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation>{width} × {height} píxeles, pintados en un marco.</translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} píxeles, pintados en {count} marco.</numerusform>
            <numerusform>{width} × {height} píxeles, pintados en {count} marcos.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>Copiar los detalles</translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation>Detalles del fallo</translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation>Easel ha encontrado un fallo propio</translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation>Algo salió mal en Easel que no debería haber pasado. Su imagen sigue abierta: expórtela si le importa, y después vuelva a iniciar Easel. Los detalles de abajo ayudan a corregir el fallo; no contienen ninguna imagen.</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation>Añadir</translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation>Alt lo invierte durante un arrastre</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Libre</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>Como está ahora</translation>
    </message>
    <message>
        <source>Average over</source>
        <translation>Promediar en</translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less; drag the curve as you like it</source>
        <translation>Por debajo de 0 una mano ligera hace más, por encima menos; arrastre la curva a su gusto</translation>
    </message>
    <message>
        <source>Black below</source>
        <translation>Negro por debajo de</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>Brillo</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Tiza</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Carboncillo</translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation>Haga clic en cada esquina; Intro cierra la forma</translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation>Solo píxeles contiguos</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>Más oscuro</translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation>Diámetro del pincel</translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation>Distancia entre dos toques, en proporción al tamaño</translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation>Arrastre del color al segundo</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Elipse</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Difuminado</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Flujo</translation>
    </message>
    <message>
        <source>For pens</source>
        <translation>Para lápices</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Degradado</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Dureza</translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation>Cuánto puede diferir un color en cualquier canal</translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation>Cuánto se retrasa la línea respecto a la mano</translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation>Nitidez de su borde</translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation>Suavidad del borde</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Tono</translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation>Intersecar</translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation>Más claro</translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation>Claridad</translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation>Mirar todas las capas</translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation>Lo más que cubre un trazo</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nueva</translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation>De lo que hay entre ellas</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacidad</translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation>Curva de presión</translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation>La presión ajusta la opacidad</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>La presión ajusta el tamaño</translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation>Proporciones que el marco toma y mantiene</translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation>Degradado radial</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Radio</translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation>Radio alrededor</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rectángulo</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Redondo</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Saturación</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Selección</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Suavizado</translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation>Ajustar a la cuadrícula y a los bordes</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>Espaciado</translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation>Lados rectos</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Fuerza</translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation>Restar</translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation>Estos niveles pasan a negro</translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation>Estos niveles pasan a blanco</translation>
    </message>
    <message>
        <source>Tip</source>
        <translation>Punta</translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation>Hacia el negro o el blanco</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Tolerancia</translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation>Gira todos los colores</translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation>Qué hace una selección nueva con la anterior: Mayús añade, Alt resta, ambas intersecan</translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation>En qué se convierte el negro</translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation>Lo que añade cada toque</translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation>Qué aspecto tiene un toque</translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation>En qué se convierte el blanco</translation>
    </message>
    <message>
        <source>White above</source>
        <translation>Blanco por encima de</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation>GIF animado</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>WebP animado</translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation>Empezar y terminar con las propias imágenes</translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation>Película guardada en {path}</translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation>Carpeta de fotogramas PNG</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Fotogramas</translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation>Fotogramas de la película</translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation>Milisegundos por fotograma</translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation>Número de fotogramas</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>Ritmo</translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation>Pintar la película</translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation>Recuperar el ruido de ambas imágenes; las dos tienen que ser imágenes</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>Guardar la película</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation>Intercambiar los extremos</translation>
    </message>
    <message>
        <source>The film</source>
        <translation>La película</translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation>La película se ve aquí</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>Ida y vuelta</translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation>Dónde empieza la película</translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation>Dónde termina la película</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation>Todas las imágenes</translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation>Mayor acuerdo</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>Por significado</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Colección</translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation>Comparar con lo que escribe las propias imágenes, no sus palabras</translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation>Describa lo que busca: barcas rojas al anochecer</translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation>Solo favoritas</translation>
    </message>
    <message>
        <source>Near duplicates in stacks</source>
        <translation>Casi iguales en pilas</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Más nuevas primero</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Más antiguas primero</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Orden</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation>Buscar en las palabras de sus imágenes</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papelera</translation>
    </message>
</context>
<context>
    <name>FollowRow</name>
    <message>
        <source>0: the prompt alone says what is painted. 100, or no prompt at all: the rest of the picture does, or the picture put in here</source>
        <translation>0: solo el prompt dice qué se pinta. 100, o sin prompt: lo dice el resto de la imagen, o la imagen puesta aquí</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Seguir</translation>
    </message>
    <message>
        <source>How far new parts take after it</source>
        <translation>Cuánto se parecen a ella las partes nuevas</translation>
    </message>
    <message>
        <source>New parts take after pictures; write words into the prompt instead.</source>
        <translation>Las partes nuevas siguen imágenes; las palabras van en el prompt.</translation>
    </message>
    <message>
        <source>The &amp;rest of the picture</source>
        <translation>El &amp;resto de la imagen</translation>
    </message>
    <message>
        <source>There is nothing to fill; mask, select or erase something first.</source>
        <translation>No hay nada que rellenar; primero enmascare, seleccione o borre algo.</translation>
    </message>
    <message>
        <source>What new parts take after</source>
        <translation>A qué se parecen las partes nuevas</translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation>solapamiento {share}&#xa0;%</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation>, no como {count}</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 imagen</translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation>Recuperar prompt, semilla, marco y máscara</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation>Descartada; recuperar 1 imagen</translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>Descartada; recuperar {count} imagen</numerusform>
            <numerusform>Descartadas; recuperar {count} imágenes</numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation>Cada imagen que haga se guarda aquí, en
{folder}

Escriba un prompt arriba y pulse Generar, o suelte aquí archivos de imagen.</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorita</translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation>Alejarse de lo que muestra</translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation>Como {count} elegidas</translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>Hacer de nuevo</translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation>Marcar como favorita (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mezclar</translation>
    </message>
    <message>
        <source>More like it</source>
        <translation>Más como esta</translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation>Las más cercanas en significado primero</translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation>Imágenes nuevas de la misma idea</translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation>Ninguna imagen tiene estas palabras</translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation>Ninguna imagen tiene estas palabras; estas son las más cercanas en significado</translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation>Aquí no se puede comparar ninguna imagen: las hicieron otros modelos.</translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation>No como esta</translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation>Aquí no hay nada. Cambie lo que busca, o muestre todas las imágenes.</translation>
    </message>
    <message>
        <source>Open stack</source>
        <translation>Abrir pila</translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation>Pintar otra vez exactamente la misma imagen</translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation>Pintar lo que hay entre estas, o entre esta y el prompt</translation>
    </message>
    <message>
        <source>Pictures of one stack</source>
        <translation>Imágenes de una pila</translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation>Poner en la papelera durante 30 días (Supr)</translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation>Ponerla en el lienzo como capa (Intro)</translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation>Ponerla en la mesa de mezclas, para dosificarla allí</translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation>Parientes de una imagen</translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation>Guardar en otro lugar una copia de su archivo</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>See all that this stack holds</source>
        <translation>Ver todo lo que contiene esta pila</translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation>Ordenar todas las imágenes por su cercanía</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>La papelera está vacía.</translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation>Al lienzo</translation>
    </message>
    <message>
        <source>To desk</source>
        <translation>A la mesa</translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation>Usar los ajustes</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variar</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} imagen</numerusform>
            <numerusform>{count} imágenes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation>Acuerdo con sus palabras {share}</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Semilla {seed}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} píxeles</translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation>Imágenes de la galería</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation>Imagen {number}</translation>
    </message>
    <message>
        <source>{prompt}, a stack of {count}</source>
        <translation>{prompt}, una pila de {count}</translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished">Otra carpeta…</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Recuperar</translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>¿Eliminar {count} imagen para siempre?</numerusform>
            <numerusform>¿Eliminar {count} imágenes para siempre?</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Vaciar la papelera</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>Imagen PNG</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Guardar una copia</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todas</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Qué se muestra</translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation>Imagen de la galería</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>4 more paints further ones, Vary paints variations of the chosen one. Drag tiles to the canvas, into a mix, or out of the window. The tray is saved with the project.</source>
        <translation>«4 más» pinta otras, «Variar» pinta variaciones de la elegida. Arrastre las miniaturas al lienzo, a una mezcla o fuera de la ventana. La bandeja se guarda con el proyecto.</translation>
    </message>
    <message>
        <source>A prompt is written already: press Enter and it is painted, on this computer and without a network. Write your own over it, or drop or paste a picture.</source>
        <translation>Ya hay un prompt escrito: pulse Intro y se pinta, en este ordenador y sin red. Escriba el suyo encima, o suelte o pegue una imagen.</translation>
    </message>
    <message>
        <source>Below each picture: variations, open on the canvas (Enter), mix, mark as a favourite (F), save. The number in its corner is how well it agrees with the prompt, 1 at most.</source>
        <translation>Debajo de cada imagen: variaciones, abrir en el lienzo (Intro), mezclar, marcar como favorita (F), guardar. El número de su esquina dice cuánto concuerda con el prompt, 1 como máximo.</translation>
    </message>
    <message>
        <source>Choose in the tray</source>
        <translation>Elegir en la bandeja</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. When it ended before you saved, the next start shows what there is, with a small picture: open it and go on.</source>
        <translation>Easel conserva el trabajo sin guardar después de cada acción. Si terminó antes de que usted guardara, el siguiente inicio muestra lo que hay, con una imagen pequeña: ábralo y siga.</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished">Ampliar</translation>
    </message>
    <message>
        <source>Enter in the prompt while something is painted queues the next run. The button beside the progress shows the queue: change its order, take runs out, pause it. Cancel (Esc) stops at once and forgets what waits.</source>
        <translation>Intro en el prompt mientras se pinta algo pone en cola la tanda siguiente. El botón junto al progreso muestra la cola: cambie su orden, saque tandas, póngala en pausa. Cancelar (Esc) detiene al instante y olvida lo que espera.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation type="unfinished">Borrar y describir</translation>
    </message>
    <message>
        <source>Find it again</source>
        <translation>Volver a encontrarlo</translation>
    </message>
    <message>
        <source>Five things are ready on the first page and in the menu Help: erase and describe, past the edge, a mix, a rewording and a panorama. They run on the Starter, the small model that comes with Easel; Generate ▸ Models… has larger ones.</source>
        <translation>Hay cinco cosas listas en la primera página y en el menú Ayuda: borrar y describir, más allá del borde, una mezcla, una reformulación y un panorama. Funcionan con el Starter, el modelo pequeño que trae Easel; Generar ▸ Modelos… tiene otros más grandes.</translation>
    </message>
    <message>
        <source>Frame ▸ Extend the picture… plans frames around it, by a share or to proportions. They are painted one after the other, each as one step that undo takes back; Cancel stops, and what is painted stays.</source>
        <translation>Marco ▸ Extender la imagen… planea marcos a su alrededor, en una proporción o hasta unas proporciones. Se pintan uno tras otro, cada uno como un paso que se puede deshacer; Cancelar detiene, y lo pintado se queda.</translation>
    </message>
    <message>
        <source>Get a larger model</source>
        <translation>Obtener un modelo más grande</translation>
    </message>
    <message>
        <source>In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the idea and puts it into another picture; the lock of Layout keeps where things are and puts another idea there. A second click opens it again.</source>
        <translation>En el panel Variaciones hay un candado junto a cada control. El de Significado conserva la idea y la lleva a otra imagen; el de Disposición conserva dónde está cada cosa y pone allí otra idea. Un segundo clic lo vuelve a abrir.</translation>
    </message>
    <message>
        <source>Let things wait</source>
        <translation>Dejar cosas en espera</translation>
    </message>
    <message>
        <source>Look at many ideas first</source>
        <translation>Ver antes muchas ideas</translation>
    </message>
    <message>
        <source>Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. Click those you want, and only these are painted in full.</source>
        <translation>«Bocetos» (F9) dibuja en pocos pasos muchas ideas para el prompt, con su acuerdo. Haga clic en las que quiera, y solo esas se pintan del todo.</translation>
    </message>
    <message>
        <source>Make a film</source>
        <translation>Hacer una película</translation>
    </message>
    <message>
        <source>Make again paints the very same picture; Use settings brings back prompt and seed. Discarded pictures stay in the trash for thirty days. A picture file that Easel wrote brings its settings back when you drop it on the canvas, on the card Use its settings.</source>
        <translation>«Hacer de nuevo» pinta exactamente la misma imagen; «Usar los ajustes» trae de vuelta prompt y semilla. Las imágenes descartadas quedan treinta días en la papelera. Un archivo de imagen que escribió Easel trae de vuelta sus ajustes al soltarlo en el lienzo, sobre la tarjeta «Usar sus ajustes».</translation>
    </message>
    <message>
        <source>Make new pictures</source>
        <translation>Hacer imágenes nuevas</translation>
    </message>
    <message>
        <source>Mix ideas</source>
        <translation>Mezclar ideas</translation>
    </message>
    <message>
        <source>Move the frame (F) over the edge of the picture. What is empty in it is painted, the rest stays; the label says how much of the frame overlaps the picture.</source>
        <translation>Mueva el marco (F) más allá del borde de la imagen. Lo vacío en él se pinta, el resto se queda; la etiqueta dice cuánto del marco se solapa con la imagen.</translation>
    </message>
    <message>
        <source>Near duplicates in stacks, the switch beside the trash, shows one picture for all of nearly the same idea, with their number; Open stack shows them.</source>
        <translation>«Casi iguales en pilas», el interruptor junto a la papelera, muestra una imagen por todas las de casi la misma idea, con su número; «Abrir pila» las muestra.</translation>
    </message>
    <message>
        <source>Of {red|blue} every picture draws one word by chance. Pictures says how many are painted, up to ten; a closed lock keeps the seed, and the same prompt and seed give the same picture again.</source>
        <translation>De {red|blue} cada imagen saca una palabra al azar. «Imágenes» dice cuántas se pintan, hasta diez; un candado cerrado conserva la semilla, y el mismo prompt con la misma semilla vuelve a dar la misma imagen.</translation>
    </message>
    <message>
        <source>On the page Create (F3) write what you would like to see and press Enter. The dice button writes an idea, the palette adds a style, the crossed circle opens a line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).</source>
        <translation>En la página Crear (F3) escriba lo que le gustaría ver y pulse Intro. El dado escribe una idea, la paleta añade un estilo, el círculo tachado abre una línea para lo que se debe evitar, y el reloj lista los prompts anteriores (Alt+Arriba, Alt+Abajo).</translation>
    </message>
    <message>
        <source>On the page Film (F8) put a picture at both ends: drop it, or click the place. Paint the film paints what lies between them; it plays in the middle, and its frames lie in the tray too.</source>
        <translation>En la página Película (F8) ponga una imagen en cada extremo: suéltela o haga clic en el lugar. «Pintar la película» pinta lo que hay entre ellas; se reproduce en el centro, y sus fotogramas están también en la bandeja.</translation>
    </message>
    <message>
        <source>Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or a folder of frames.</source>
        <translation>«Ritmo» dice cuánto se ve cada fotograma. «Guardar…» escribe un GIF o WebP animado, o una carpeta de fotogramas.</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation type="unfinished">Más allá del borde</translation>
    </message>
    <message>
        <source>Press Q and paint over what is to go with the brush (B), or select it, or erase it (E). Write what is to be there and press Enter: the button says Fill.</source>
        <translation>Pulse Q y pinte con el pincel (B) sobre lo que debe irse, o selecciónelo, o bórrelo (E). Escriba lo que debe haber ahí y pulse Intro: el botón dice Rellenar.</translation>
    </message>
    <message>
        <source>Put pictures, words and results on the mixing desk (F6): drop them, or click an empty well. Each has a weight, which may lead away from it, and can be muted or heard alone. The point on the pad moves between the first four; the preview follows.</source>
        <translation>Ponga imágenes, palabras y resultados en la mesa de mezclas (F6): suéltelos, o haga clic en un hueco vacío. Cada uno tiene un peso, que también puede alejar de él, y se puede silenciar o dejar solo. El punto del plano se mueve entre los cuatro primeros; la vista previa lo sigue.</translation>
    </message>
    <message>
        <source>Reword a picture</source>
        <translation>Reformular una imagen</translation>
    </message>
    <message>
        <source>Say from what to what (F7). The strip shows the way in five pictures, so that you see where it goes wrong; the slider says how far to go. Several changes can be stacked, and the composition can be kept.</source>
        <translation>Diga de qué a qué (F7). La tira muestra el camino en cinco imágenes, para que vea dónde se tuerce; el deslizador dice hasta dónde ir. Se pueden apilar varios cambios, y se puede conservar la composición.</translation>
    </message>
    <message>
        <source>Style and subject apart gives each idea two weights: what it shows, and how it is painted. With no weight for the style of one and none for the subject of another, the one is painted in the manner of the other.</source>
        <translation>Estilo y motivo aparte da a cada idea dos pesos: lo que muestra y cómo está pintada. Quite el estilo a una y el motivo a otra, y la primera se pinta a la manera de la segunda.</translation>
    </message>
    <message>
        <source>The candidates are shown in place. Hold the backslash key to look at the original, and press Enter to accept one. It becomes a layer; the panel Result changes its feather, growth and colours afterwards, or paints it again.</source>
        <translation>Las candidatas se muestran en su sitio. Mantenga pulsada la barra invertida para ver el original, y pulse Intro para aceptar una. Se convierte en una capa; el panel Resultado cambia después su difuminado, su crecimiento y sus colores, o la pinta de nuevo.</translation>
    </message>
    <message>
        <source>The first start</source>
        <translation>El primer inicio</translation>
    </message>
    <message>
        <source>The gallery (F4) keeps every finished picture with prompt, seed, model and idea. Search by words, or by meaning; More like it sorts all of them by nearness to what is chosen, Not like it leads away.</source>
        <translation>La galería (F4) conserva cada imagen terminada con prompt, semilla, modelo e idea. Busque por palabras o por significado; «Más como esta» las ordena todas por cercanía a lo elegido, «No como esta» se aleja de ello.</translation>
    </message>
    <message>
        <source>The page of Generate ▸ Models… says of each model what it can do, how large it is, its licence, and what this computer needs for it. Get shows the licence before the first byte; a download can be paused and goes on after a restart.</source>
        <translation>La página de Generar ▸ Modelos… dice de cada modelo qué sabe hacer, cuánto ocupa, su licencia y qué necesita este equipo para usarlo. «Obtener» muestra la licencia antes del primer byte; una descarga se puede pausar y continúa después de reiniciar.</translation>
    </message>
    <message>
        <source>The panel Vary and the menu Generate enlarge a layer, or all of the picture, twice or four times. In the tray the slider shows before and after beside each other on the canvas.</source>
        <translation>El panel Variaciones y el menú Generar amplían una capa, o toda la imagen, dos o cuatro veces. En la bandeja, el deslizador muestra el antes y el después uno junto a otro en el lienzo.</translation>
    </message>
    <message>
        <source>The panel Vary paints variations of the chosen picture, of a layer or of all that is seen. Meaning says how far the idea may drift, Layout how far things may move.</source>
        <translation>El panel Variaciones pinta variaciones de la imagen elegida, de una capa o de todo lo que se ve. «Significado» dice cuánto puede desviarse la idea, «Disposición» cuánto pueden moverse las cosas.</translation>
    </message>
    <message>
        <source>The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter keeps the picture as a layer and leaves the others, Delete discards it, Esc rejects all. The first tile is the original.</source>
        <translation>La bandeja está junto al marco. Izquierda y Derecha eligen, Intro acepta, Mayús+Intro conserva la imagen como capa y deja las demás, Supr la descarta, Esc rechaza todas. La primera miniatura es el original.</translation>
    </message>
    <message>
        <source>The two locks</source>
        <translation>Los dos candados</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>Trabajo sin guardar</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variaciones</translation>
    </message>
    <message>
        <source>What has failed is put aside there, and Try again puts it back. When you look elsewhere, title and task bar tell that pictures are ready.</source>
        <translation>Lo que ha fallado queda apartado ahí, y «Reintentar» lo devuelve. Cuando mira a otra parte, el título y la barra de tareas avisan de que hay imágenes listas.</translation>
    </message>
    <message>
        <source>What you discard, or close without saving, can be found for thirty days under File ▸ Recover…. Beside a project lie its last three versions.</source>
        <translation>Lo que descarte, o cierre sin guardar, se encuentra durante treinta días en Archivo ▸ Recuperar…. Junto a un proyecto están sus tres últimas versiones.</translation>
    </message>
    <message>
        <source>With I have the files a folder is used where it lies. Verify reads every file again, Save space keeps a copy of half the size, and Remove frees the room. On Linux, Use my NVIDIA card builds an engine for the card in your own folder.</source>
        <translation>Con «Tengo los archivos» se usa una carpeta allí donde está. «Verificar» vuelve a leer cada archivo, «Ahorrar espacio» conserva una copia de la mitad del tamaño y «Quitar» libera el espacio. En Linux, «Usar mi tarjeta NVIDIA» construye un motor para la tarjeta en su propia carpeta.</translation>
    </message>
    <message>
        <source>With the lasso (L) draw around an area, or click its corners and press Enter. Shift adds to what is selected, Alt takes away.</source>
        <translation>Con el lazo (L) rodee una zona, o haga clic en sus esquinas y pulse Intro. Mayús añade a lo seleccionado, Alt lo resta.</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>Guía</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>Página de la guía</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>Páginas de la guía</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Qué hacer</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation>Ponga imágenes y palabras en los huecos y mueva los deslizadores o el punto del plano; la vista previa lo sigue.</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation>El marco sobrepasa la imagen: Extender pinta lo que en él está vacío. Deje suficiente solapamiento, para que el modelo vea qué debe continuar.</translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation>Ahora está pintando la máscara: lo cubierto se pinta de nuevo al pulsar Rellenar. Q la deja.</translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation>Película</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Bocetos</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mezcla</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Ruta</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>Reformular</translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation>Formas de trabajar con ideas</translation>
    </message>
</context>
<context>
    <name>Invitation</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>O pruebe una de estas, que están listas:</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation>Aceptarla</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>Añadir a la selección</translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation>Alt al arrastrar</translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation>Alt+arrastre derecho</translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation>Alrededor del centro</translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation>Como si no hubiera empezado</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Cambiar teclas</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Cambiar teclas…</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>Elegir una imagen</translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation>Cerrar un polígono, recortar, transformar</translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation>Ctrl+clic, Alt+clic</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supr</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>Descartarla</translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation>Doble clic, F2</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Intro</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Intro, doble clic</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation>Esc al arrastrar</translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation>Buscar una tecla o un gesto</translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation>Marco y capas</translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation>Moverse</translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation>Conservarla como capa</translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation>Conservar lo que está en ambas</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>Teclas y gestos</translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation>Teclas de {scheme}</translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation>Mirar el original</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>Mover la vista</translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation>Mover la vista, acercar, girar</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Línea nueva</translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation>Ninguna tecla ni ningún gesto se llama así.</translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation>Desplazar un píxel</translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation>Desplazar el marco 64, una capa 10</translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation>El otro extremo del lápiz</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Pintar</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Pintar</translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation>Imágenes de la bandeja</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Rechazar todas</translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation>Cambiar el nombre de una capa</translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation>Seleccionar</translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation>Mayús al arrastrar</translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation>Tamaño y dureza del pincel</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Tamaño del pincel</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>Espacio+arrastre, arrastre central</translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation>Cuadrado o círculo</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>Línea recta desde el último trazo</translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation>Restar de la selección</translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation>Tomar un color</translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation>Dos dedos, pellizco</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>¿Qué está buscando?</translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation>Rueda, Ctrl+rueda</translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation>Sin ajuste</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Zoom en el puntero</translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation>Como en el esquema</translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation>Elija un comando y pulse su nueva tecla.</translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation>Buscar un comando o una tecla</translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation>Dársela a «{name}»</translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation>Tecla {number}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation>Teclas de</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>Teclas de «{name}»</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Dejarlo</translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation>Restaurar todo</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>Esquema</translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation>La rueda desplaza, con Ctrl o Alt acerca</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>Comando</translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation>Comandos</translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation>{key} pertenece a «{owner}», que dejaría de tenerla.</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation>%1, oculta</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation>bloqueada</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>máscara</translation>
    </message>
    <message>
        <source>painting the mask</source>
        <translation>pintando la máscara</translation>
    </message>
    <message>
        <source>result</source>
        <translation>resultado</translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation>transparencia bloqueada</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation>Modo de fusión de la capa</translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation>Modos de fusión</translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation>Cómo se mezcla la capa con lo que hay debajo</translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation>Capas, la de arriba primero</translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation>Bloquear la capa</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Bloquear transparencia</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modo</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacidad</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>Opacidad de la capa</translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation>Espacio muestra u oculta una capa, F2 le cambia el nombre, arrastrar reordena</translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation>Aceptar y descargar</translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation>Easel lo descarga cuando usted acepta; esto se pregunta una sola vez.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licencia</translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation>Licencia de {title}</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Ahora no</translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation>{title} se publica con la licencia {licence}.</translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation>Según llegaron</translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation>Cada idea se pinta en pocos pasos; elija antes de que empiece el trabajo largo</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Ideas</translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation>Ideas para el prompt</translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation>Ver ideas</translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation>Buscando ideas…</translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation>Número de ideas</translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation>Orden de las ideas</translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation>Pintar las elegidas</translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation>La más acertada primero</translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation>El número dice cuánto concuerda una idea con el prompt, 1 como máximo</translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation>La mayor variedad primero</translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation>«{prompt}»: haga clic en las que quiera y píntelas</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation>Un sitio nuevo en la mezcla</translation>
    </message>
    <message>
        <source>A second place in the mix</source>
        <translation>Un segundo lugar en la mezcla</translation>
    </message>
    <message>
        <source>Drop pictures into the places, click them, or type:</source>
        <translation>Suelte imágenes en los lugares, haga clic en ellos o escriba:</translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation>Cómo se mezclan las ideas</translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation>Plano entre las cuatro primeras ideas</translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation>Pintar la mezcla</translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation>Vista previa de la mezcla</translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation>Por la esfera</translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation>Por la esfera se mantiene la fuerza de una idea; la suma directa, la manera propia de Kandinsky, se debilita entre ideas muy alejadas</translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation>Suma directa</translation>
    </message>
    <message>
        <source>Style and subject apart</source>
        <translation>Estilo y motivo aparte</translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation>La mezcla se ve aquí mientras la busca</translation>
    </message>
    <message>
        <source>Two weights for each idea: what it shows, and how it is painted. Style is what lies along words for styles; the pad weighs the subjects</source>
        <translation>Dos pesos para cada idea: lo que muestra y cómo está pintada. Estilo es lo que sigue palabras de estilos; el panel pesa los motivos</translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation>Palabras para poner en la mezcla</translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation>o escriba, y pulse Intro</translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation>Starter dibuja imágenes parecidas a emojis; no puede hacer fotografías ni texto</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation>Cancelar…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation>Obtener…</translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation>Tengo los archivos…</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>Licencia…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausa</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>Progreso de {title}</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Quitar…</translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation>Ahorrar espacio…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Verificar</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation>; conservado como copias reducidas</translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation>; pintado a {side} y ampliado</translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation>; {free} libres en este disco</translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation>unos {need} para la parte más grande (estimación); {free} libres ahora</translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation>unos {time} por imagen aquí (estimación; puede ser dos o tres veces más o menos)</translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation>viene con Easel</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>dañado</translation>
    </message>
    <message>
        <source>damaged, {left} to get again</source>
        <translation>dañado, hay que volver a obtener {left}</translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation>dañado: obténgalo de nuevo, solo se descarga el archivo dañado</translation>
    </message>
    <message>
        <source>damaged: install Easel again</source>
        <translation>dañado: vuelva a instalar Easel</translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation>ampliar</translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation>rellenar y extender</translation>
    </message>
    <message>
        <source>incomplete: {share} %, {left} to go</source>
        <translation>incompleto: {share} %, faltan {left}</translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation>poca; funciona en cualquier equipo</translation>
    </message>
    <message>
        <source>mixes</source>
        <translation>mezclas</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>todavía ninguno</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>no está en este ordenador</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>no verificado con el editor</translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation>todavía no verificado aquí</translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation>nada que descargar</translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation>pinte una imagen con el Starter, y Easel podrá estimarlo</translation>
    </message>
    <message>
        <source>painting over</source>
        <translation>repintar</translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation>caminos entre imágenes</translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation>imágenes a partir de palabras</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>rewording</source>
        <translation>reformular</translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation>buscar por significado</translation>
    </message>
    <message>
        <source>variations</source>
        <translation>variaciones</translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation>verificado con el editor</translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation>{side} × {side} píxeles, u otra forma de esa superficie</translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{size} en {count} archivo</numerusform>
            <numerusform>{size} en {count} archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation> (aceptada)</translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation>Una carpeta en la que se buscan modelos; sus archivos se usan donde están.</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>Una carpeta con modelos</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Añadir una carpeta…</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>Sabe hacer</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Descarga</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation>¿Conservar {title} como copias reducidas? Ocupan más o menos la mitad de {size}. Los números se redondean a bfloat16, así que las imágenes salen un poco distintas en equipos que calculan en float32; los archivos publicados se borran y solo se podrían volver a descargar.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Dejarlo</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Dejar fuera</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licencia</translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation>Hecho a partir de {title}; sus archivos se usan donde están.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Espejo</translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation>Espejo y proxy</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Paquetes</translation>
    </message>
    <message>
        <source>Paints</source>
        <translation>Pinta</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation>¿Quitar {title} de este ordenador? Se borran {size} de la carpeta de Easel; los archivos suyos en otros lugares se quedan. Se puede volver a descargar.</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>Ahorrar espacio</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Tiempo</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>dañado</translation>
    </message>
    <message>
        <source>damaged: {file}; put a sound copy in its place</source>
        <translation>dañado: {file}; ponga una copia en buen estado en su lugar</translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation>dirección https en lugar de la del editor</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>en uso</translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation>índice para el motor en una tarjeta NVIDIA, en lugar del habitual</translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation>en lugar del que tiene el sistema</translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation>necesita el resto de {title}</translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation>solo donde el editor lo pide; no se guarda</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>se busca en ella</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation>Navegador: la imagen entera y la parte a la vista</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation>Una tanda ha fallado</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} imagen está lista</numerusform>
            <numerusform>{count} imágenes están listas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation>No volver a mostrar esto</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); here a picture would take roughly {time}.</source>
        <translation>Para imágenes grandes y detalladas está {title} ({size} GB, {licence}); una imagen tardaría aquí unos {time}.</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation>Para imágenes grandes y detalladas está {title} ({size} GB, {licence}); este ordenador tardaría más con él.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelos…</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>Mostrar los modelos</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation>Arrastre el punto: cuanto más cerca de una esquina, más entra de lo que hay en ella</translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation>Dos ideas forman un plano</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation>Lienzo</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Crear</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galería</translation>
    </message>
</context>
<context>
    <name>PathPanel</name>
    <message>
        <source>1 is the first result, 2 the second; in between lies what is meant between</source>
        <translation>1 es el primer resultado, 2 el segundo; entre ellos está lo que se quiere decir entre ambos</translation>
    </message>
    <message>
        <source>Near {number}: {name}</source>
        <translation>Cerca de {number}: {name}</translation>
    </message>
    <message>
        <source>Paint from here</source>
        <translation>Pintar desde aquí</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Lugar</translation>
    </message>
    <message>
        <source>Place on the line</source>
        <translation>Lugar en la línea</translation>
    </message>
    <message>
        <source>Results of this project, the oldest first</source>
        <translation>Resultados de este proyecto, el más antiguo primero</translation>
    </message>
    <message>
        <source>What is meant there</source>
        <translation>Lo que significa ese lugar</translation>
    </message>
    <message>
        <source>What is meant there shows here</source>
        <translation>Aquí aparece lo que significa ese lugar</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>, a favourite</source>
        <translation>, un favorito</translation>
    </message>
    <message>
        <source>, agreement with the prompt {share}</source>
        <translation>, coincidencia con el prompt {share}</translation>
    </message>
    <message>
        <source>, in the gallery&apos;s trash</source>
        <translation>, en la papelera de la galería</translation>
    </message>
    <message>
        <source>Picture {number}, not finished</source>
        <translation>Imagen {number}, sin terminar</translation>
    </message>
    <message>
        <source>Picture {number}, seed {seed}</source>
        <translation>Imagen {number}, semilla {seed}</translation>
    </message>
    <message>
        <source>in the trash</source>
        <translation>en la papelera</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation>La imagen y los marcos previstos</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation>Progreso de la tanda</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Iniciando…</translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation>Qué está haciendo la tanda</translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation>Qué sabe hacer este modelo</translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>falta {count} más</numerusform>
            <numerusform>faltan {count} más</numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation>quedan {minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>quedan {seconds} s</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation>Ningún prompt tiene estas palabras.</translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation>Buscar en sus prompts</translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation>Sus prompts</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation>&amp;Imágenes</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation>Elegir otra semilla y conservarla</translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation>Continuar la imagen en la parte vacía del marco; el resto se queda</translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation>Ctrl+Intro, o Intro en el prompt</translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation>Describa la imagen que quiere</translation>
    </message>
    <message>
        <source>Describe what belongs here, or leave this empty to go by the rest</source>
        <translation>Describa qué va aquí, o déjelo vacío para seguir el resto</translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation>Cada tanda toma una semilla nueva; haga clic para conservar esta</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Extender</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Rellenar</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Generar</translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation>Cuántas imágenes hace una tanda (1–10)</translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation>Cuánto de la imagen del marco puede desaparecer: 0 la conserva, 100 la ignora</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>Conservar esta semilla</translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation>Horizontal 3 : 2</translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation>Horizontal 4 : 3</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Semilla nueva</translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation>No hay nada enmascarado: pintar de nuevo todo el marco, hasta donde diga Fuerza</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>Número de imágenes</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>Repintar</translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation>Pintar todo el marco a partir del prompt</translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation>Pintar lo enmascarado, seleccionado o vacío en el marco; el resto se queda</translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation>Vertical 2 : 3</translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation>Vertical 3 : 4</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>Semi&amp;lla</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semilla</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation>Forma de la imagen</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Cuadrado</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Detener (Esc)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Fuerza</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Fuerza del repintado</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>Sorpréndeme</translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation>Sorpréndeme: escribir aquí una idea</translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation>Alto 9 : 16</translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation>El mismo prompt y la misma semilla dan la misma imagen</translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation>La semilla se conserva; haga clic para una nueva en cada tanda</translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation>Ancho 16 : 9</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation>Evitar</translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation>Evitar: decir de qué debe alejarse la imagen</translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation>Clip art</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>Prompts anteriores</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>Prompts anteriores (Alt+Arriba, Alt+Abajo)</translation>
    </message>
    <message>
        <source>Film still</source>
        <translation>Fotograma de cine</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>Plano</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>Gouache</translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation>Dibujo de líneas</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sin estilo</translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation>Pintura al óleo</translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation>Papel recortado</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>Lápiz</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>Fotografía</translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation>Pixel art</translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation>Vidriera</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation>Estilo: escribir una manera de pintar detrás del prompt</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>Acuarela</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>Lo que la imagen no debe mostrar</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>Xilografía</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>Ampliación</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Olvidarlas</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Seguir</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mezcla</translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation>No pintado</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausa</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>En pausa; {count} en espera</numerusform>
            <numerusform>En pausa; {count} en espera</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Cola</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>Sacarlo</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variaciones</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>Lo que espera</translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation>Lo que espera a ser pintado</translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} en espera</numerusform>
            <numerusform>{count} en espera</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation>1 capa</translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation>Una imagen sin nombre</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation>Easel se cerró mientras leía esto; puede volver a ocurrir.</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>Sin vista previa</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation>Vista previa de {name}</translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation>Hoy, {clock}</translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation>Ayer, {clock}</translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation>se conserva {days} días más</translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation>{day}, {clock}</translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation>{layers}, cambiado desde que se guardó</translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation>{layers}, nunca guardado</translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation>{n} capas</translation>
    </message>
    <message>
        <source>“{prompt}”</source>
        <translation>«{prompt}»</translation>
    </message>
</context>
<context>
    <name>RecoveryPages</name>
    <message>
        <source>A folder for the copy of unsaved work</source>
        <translation>Una carpeta para la copia del trabajo sin guardar</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Otra carpeta…</translation>
    </message>
    <message>
        <source>Save the project…</source>
        <translation>Guardar el proyecto…</translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Decidir después</translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation>Easel se cerró antes de que esto se guardara</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation>Easel conserva el trabajo sin guardar después de cada acción. Lo que se descartó, o se cerró sin guardar, queda aquí 30 días.</translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation>Abra aquello con lo que quiera seguir. Lo que descarte se puede encontrar todavía durante 30 días, en Archivo ▸ Recuperar.</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Recuperar</translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation>No hay nada que recuperar</translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation>Trabajo que no se guardó</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Another seed</source>
        <translation>Otra semilla</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Cancelar</translation>
    </message>
    <message>
        <source>Get it again…</source>
        <translation>Obtener de nuevo…</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished">Obtener…</translation>
    </message>
    <message>
        <source>Half the guidance</source>
        <translation>La mitad de la guía</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Localizar…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished">Modelos…</translation>
    </message>
    <message>
        <source>Offload (2× slower)</source>
        <translation>Descargar (2× más lento)</translation>
    </message>
    <message>
        <source>Paint on the processor</source>
        <translation>Pintar en el procesador</translation>
    </message>
    <message>
        <source>Paint with the Starter</source>
        <translation>Pintar con el Starter</translation>
    </message>
    <message>
        <source>Retry at {side} × {side}</source>
        <translation>Reintentar con {side} × {side}</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>Ejecutar de todos modos</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation type="unfinished">Probar el dispositivo</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished">Reintentar</translation>
    </message>
    <message>
        <source>Use {side} × {side}</source>
        <translation>Usar {side} × {side}</translation>
    </message>
</context>
<context>
    <name>ReshapeWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished">Aplicar</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation>Favorita</translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation>Marcarla como favorita en la galería (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mezclar</translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation>Mezclar: ponerla en la mesa de mezclas</translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation>Imágenes nuevas como esta, tan lejanas como diga el panel Variaciones</translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation>Abrir en el lienzo</translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation>Abrir en el lienzo: ponerla allí como capa (Intro)</translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation>Guardar una copia de su archivo</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variaciones</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation>De nuevo con estos ajustes</translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation>Elija una capa para ver cómo se hizo.</translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation>Ajuste de color</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Colores</translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation>Agranda la parte rellenada, o la reduce</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Difuminado</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Crecer</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Crecimiento de la máscara</translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation>Hasta dónde se funden los píxeles nuevos con los antiguos</translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation>Cuánto toman los píxeles nuevos los colores que los rodean</translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation>Conserva la capa tal como se ve y olvida de dónde salió</translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation>Hacer normal</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Combinar hacia abajo</translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation>Pinta otra vez con las mismas palabras; lo que acepte ocupa su lugar</translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation>«{name}» llena su marco, así que no tiene unión.</translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation>«{name}» se rellenó; su unión todavía se puede cambiar.</translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation>«{name}» no lo hizo el motor, así que no tiene unión.</translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation>Otro cambio</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation>Haga clic en una imagen para ir exactamente hasta ahí</translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation>Conservar la composición</translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation>Pintar a partir del ruido propio de la imagen, para que las formas se queden donde están</translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation>Pintar el cambio</translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation>La imagen que se reformula</translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation>La imagen que se reformula: haga clic o suéltela</translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation>El camino de 0 a 100 por ciento</translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Añadir</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Eliminar</translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation>&amp;Intersecar</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>&amp;Seleccionar</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation>Nombre de la selección actual</translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation>&amp;Restar</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>&amp;Guardar</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>Selecciones guardadas</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Volver al valor por defecto</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Cambiar teclas…</translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation>Elegir: {setting}</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation>Valor por defecto: {setting}</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Surte efecto en el próximo inicio.</translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation>El motor se inicia de nuevo para ello.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Cancelar</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Buscar un ajuste</translation>
    </message>
    <message>
        <source>Give the test up</source>
        <translation>Cancelar la prueba</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Ningún ajuste tiene estas palabras.</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>Páginas de ajustes</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation>Vuelva a iniciar Easel para que surta efecto lo que ha cambiado.</translation>
    </message>
    <message>
        <source>What the test has shown</source>
        <translation>Lo que mostró la prueba</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation>Elegir una imagen</translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation>Del &amp;portapapeles</translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation>&amp;Archivo de imagen…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Imágenes</translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation>La &amp;capa en uso</translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation>La imagen &amp;elegida en la bandeja</translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation>Lo que &amp;muestra el marco</translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation>Suelte aquí una imagen, o haga clic para elegir una</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>vacío</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation>Un resultado</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>No hay ninguna imagen elegida; haga clic antes en una de la bandeja.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <source>The frame</source>
        <translation>El marco</translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation>El marco está vacío; muévalo antes sobre una imagen.</translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation>En el portapapeles no hay ni imagen ni texto; copie algo antes.</translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation>En esta capa no hay nada; elija una con una imagen.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation>Elegir o descargar un modelo</translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation>Dispositivo y red</translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation>Modelo en uso: {title}</translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation>Puntero, en píxeles de la imagen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished">Buscar</translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation>Tamaño del marco</translation>
    </message>
    <message>
        <source>What the model is too weak for here</source>
        <translation>Para qué se queda corto el modelo aquí</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>computing… {percent:.0f} % · Esc gives up</source>
        <translation>calculando… {percent:.0f}&#xa0;% · Esc lo deja</translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation>marco {width} × {height}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">listo</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>iniciando…</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>detenido</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Colour; click to choose another one</source>
        <translation>Color; haga clic para elegir otro</translation>
    </message>
    <message>
        <source>Options of the tool</source>
        <translation>Opciones de la herramienta</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Segundo color; haga clic para pintar con él</translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation>Un panorama</translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation>Elija hasta dónde debe llegar la imagen. Sus marcos se pintan uno tras otro; Cancelar detiene, y lo pintado se queda.</translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation>Arrastre el punto del plano de una idea a la otra, mire la vista previa y pulse Pintar la mezcla.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>Borrar y describir</translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation>Del verano al otoño</translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation>Mezclar dos ideas</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>Más allá del borde</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation>El marco sobrepasa la imagen, y lo vacío se pinta. Pulse Extender; arrastre el marco a otro sitio y hágalo de nuevo.</translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation>El centro de la manzana está enmascarado. Pulse Rellenar, elija una imagen en la bandeja y pulse Intro. El pincel pinta la máscara (Q), el borrador la quita.</translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation>La tira muestra el camino en cinco imágenes. Haga clic en una, o mueva el deslizador, y píntela.</translation>
    </message>
</context>
<context>
    <name>TryTile</name>
    <message>
        <source>Try it: {title}</source>
        <translation>Probar: {title}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation>0 conserva la idea, 100 va tan lejos como otra</translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation>0 deja las cosas donde están, 100 las pone en cualquier sitio</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todo</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Todo entero</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Elegida</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>Ampliar</translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation>Cuánto puede desviarse la composición</translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation>Cuánto puede desviarse el significado</translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation>Conservar la composición, cambiar el significado</translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation>Conservar el significado, cambiar la composición</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Capa</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Disposición</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Significado</translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation>Variaciones de</translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation>Variaciones de: {what}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>O pruebe una de estas, que están listas:</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>¿Qué le gustaría ver?</translation>
    </message>
    <message>
        <source>Write it above and press Enter, or drop or paste a picture. Everything is painted on this computer.</source>
        <translation>Escríbalo arriba y pulse Intro, o suelte o pegue una imagen. Todo se pinta en este equipo.</translation>
    </message>
</context>
<context>
    <name>WordsMenu</name>
    <message>
        <source>&amp;Add to the mix</source>
        <translation>&amp;Añadir a la mezcla</translation>
    </message>
    <message>
        <source>&amp;Lead away from it</source>
        <translation>A&amp;lejarse de ello</translation>
    </message>
    <message>
        <source>Looking for words…</source>
        <translation>Buscando palabras…</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words</source>
        <translation>Este modelo no puede comparar imágenes con palabras</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Palabras cercanas a esta imagen</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation>Cerrar sin guardar</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Color</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Ideas</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation>Navegador</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Quedarse</translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation>Todavía no hay ninguna imagen que extender; pinte, abra o genere antes una.</translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation>Esta imagen no se ha guardado. Si la cierra así, se puede encontrar durante 30 días más en Archivo ▸ Recuperar.</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Herramienta</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Herramientas</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variaciones</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation>A&amp;cerca de Easel</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>Acep&amp;tar</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>&amp;Todo</translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation>A&amp;plicar máscara de capa</translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation>&amp;Desenfoque…</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>Pin&amp;cel</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>C&amp;ancelar</translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation>Solo l&amp;ienzo</translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation>&amp;Vaciar la máscara</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>C&amp;opiar</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>R&amp;ecorte</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>Osc&amp;uro</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>Des&amp;cartar</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>D&amp;uplicar</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>E&amp;dición</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>&amp;Borrador</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportar…</translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation>E&amp;xtender la imagen…</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Favorita</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>A&amp;rchivo</translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation>&amp;Rellenar con el color</translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation>&amp;Película entre dos ideas</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Ajustar</translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation>&amp;Marco</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>G&amp;enerar</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>A&amp;grupar</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>Amplia&amp;r…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>&amp;Guía</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>Ma&amp;no</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Alt&amp;o contraste</translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation>&amp;Tono y saturación…</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>I&amp;nvertir</translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation>Co&amp;nservar como capa</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>&amp;Teclas y gestos</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>&amp;Teclas…</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>C&amp;apa</translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation>N&amp;iveles…</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>C&amp;laro</translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation>En&amp;mascarar la selección</translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation>Combinar hacia a&amp;bajo</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>&amp;Espejo</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>Me&amp;zclar</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>Mo&amp;ver</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>&amp;Nuevo</translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation>&amp;Nueva capa</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>&amp;Imagen siguiente</translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation>N&amp;ada</translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation>N&amp;o como esta</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>&amp;Abrir…</translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation>&amp;Pintar la máscara</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Pegar</translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation>Pí&amp;xeles de la capa</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>Ima&amp;gen anterior</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation>&amp;Recuperar…</translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation>Rec&amp;tángulo y elipse</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>R&amp;ehacer</translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation>Rec&amp;hazar todas</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Guardar</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>&amp;Selección</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>A&amp;justes…</translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation>Mostrar la ga&amp;lería</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>Pincel más pe&amp;queño</translation>
    </message>
    <message>
        <source>&amp;Soften the rim…</source>
        <translation>Suavi&amp;zar el borde…</translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation>&amp;Sorpréndeme</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Herramientas</translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation>Girar un c&amp;uarto</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation>D&amp;esagrupar</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>E&amp;nderezar</translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation>&amp;Usar sus ajustes</translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation>Variaciones &amp;de la imagen elegida</translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation>&amp;Variar</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation>V&amp;arita</translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation>Escri&amp;bir el prompt</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>&amp;Zoom</translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation>Añadir máscara de cap&amp;a</translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation>Alrededor de la ima&amp;gen</translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation>Alrededor de la se&amp;lección</translation>
    </message>
    <message>
        <source>Back along what was meant</source>
        <translation>Volver por lo que se quiso decir</translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation>De&amp;jar negro sobre blanco</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Vaciar</translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation>Página Lien&amp;zo</translation>
    </message>
    <message>
        <source>Contact sheet of the mix</source>
        <translation>Hoja de contactos de la mezcla</translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation>Copiar com&amp;binado</translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation>&amp;Página Crear</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>&amp;Cortar</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>E&amp;liminar</translation>
    </message>
    <message>
        <source>Dele&amp;te layer mask</source>
        <translation>Eliminar máscara de &amp;capa</translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation>Ampliar todo cuatro veces</translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation>Ampliar todo dos veces</translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation>Ampliar la capa cuatro veces</translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation>Ampliar la capa dos veces</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation>C&amp;uentagotas</translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation>Mar&amp;co</translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation>&amp;Relleno y degradado</translation>
    </message>
    <message>
        <source>Fill like a picture…</source>
        <translation>Rellenar como una imagen…</translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation>A&amp;justar el marco</translation>
    </message>
    <message>
        <source>Fl&amp;ip horizontally</source>
        <translation>Voltear &amp;horizontalmente</translation>
    </message>
    <message>
        <source>Flip verticall&amp;y</source>
        <translation>V&amp;oltear verticalmente</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>Seguir el &amp;sistema</translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation>C&amp;uatro más</translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation>Trans&amp;formación libre</translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation>&amp;Galería</translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation>Pincel más &amp;duro</translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation>&amp;Invertir la máscara</translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation>Lazo &amp;y polígono</translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation>Ver antes &amp;muchas ideas</translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation>Pincel más &amp;grande</translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation>Menos o&amp;pacidad</translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation>M&amp;odelos…</translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation>&amp;Hacer de nuevo</translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation>Combinar &amp;visibles</translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation>Me&amp;zclar ideas</translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation>&amp;Más como esta</translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation>Más &amp;opacidad</translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation>Semi&amp;lla nueva</translation>
    </message>
    <message>
        <source>Open the stack</source>
        <translation>Abrir la pila</translation>
    </message>
    <message>
        <source>Paint the layer&apos;s mask</source>
        <translation>Pintar la máscara de la capa</translation>
    </message>
    <message>
        <source>Paint the layer, not its mask</source>
        <translation>Pintar la capa, no su máscara</translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation>Pegar en &amp;su sitio</translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation>&amp;Poner en el lienzo</translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation>Re&amp;formular una imagen</translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation>Res&amp;tablecer los paneles</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>&amp;Buscar</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>Redu&amp;cir…</translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation>Pincel más &amp;suave</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Guardar co&amp;mo…</translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation>&amp;Guardar una copia…</translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation>Selecciones &amp;guardadas…</translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation>&amp;Seleccionar la máscara</translation>
    </message>
    <message>
        <source>Sha&amp;rpen…</source>
        <translation>En&amp;focar…</translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation>&amp;Intercambiar colores</translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation>Girar &amp;la vista</translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation>&amp;El marco</translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation>La capa de nuevo, con sus a&amp;justes</translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation>Probar: &amp;borrar y describir</translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation>Probar: &amp;mezclar dos ideas</translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation>Probar: un &amp;panorama</translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation>Probar: del &amp;verano al otoño</translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation>Probar: más allá del bor&amp;de</translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation>&amp;Girar a la izquierda</translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation>Girar a la &amp;derecha</translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation>Va&amp;riaciones de todo</translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation>&amp;Variaciones de la capa</translation>
    </message>
    <message>
        <source>Words near the picture</source>
        <translation>Palabras cercanas a la imagen</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>A&amp;cercar</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Aleja&amp;r</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation>Añadir como capa</translation>
    </message>
    <message>
        <source>Fill like it</source>
        <translation>Rellenar así</translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation>Mezclar con ella</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>Usar sus ajustes</translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation>Entre ideas muy alejadas el Starter pinta fotogramas borrosos: para ellas use un modelo más grande.</translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation>Aquí el Starter empieza las cosas de nuevo; un modelo más grande las completa</translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation>El Starter conserva las formas a grandes rasgos; un modelo más grande conserva el dibujo</translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation>El Starter puede cortar cosas aquí; un modelo más grande las hace caber</translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation>El Starter mezcla forma y color. Lo que añade un modelo más grande es el estilo de una idea sobre el motivo de otra.</translation>
    </message>
    <message>
        <source>The Starter only sharpens edges; a larger model adds detail.</source>
        <translation>El Starter solo da nitidez a los bordes; un modelo más grande añade detalle.</translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation>El Starter cambia bien los colores, a grandes rasgos un animal en otro, y apenas la estación, la luz y el estilo: para eso use un modelo más grande.</translation>
    </message>
    <message>
        <source>The Starter varies outline and colour; a larger model pose and view too.</source>
        <translation>El Starter varía contorno y color; un modelo más grande, también pose y vista.</translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation>Las ideas del Starter para un mismo prompt se parecen mucho, como dicen los números; un modelo más grande tiene más.</translation>
    </message>
</context>
</TS>
